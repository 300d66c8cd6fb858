//! Every text of the app, by name. `en.toml` and `fr.toml` hold the words; the build makes files of them that are
//! fetched, one a language.
//!
//! Places are written `{name}` and filled by [`fill`](super::fill). A text with a number has the form for
//! one, `|`, and the form for many: see [`plural`].

use opencall_core::Locale;

use super::fill;

/// Declares the texts of one language, the list of their names, and how they are read.
macro_rules! texts {
    ($(#[$about:meta])* $Texts:ident { $($(#[$doc:meta])* $name:ident,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy)]
        pub struct $Texts {
            $($(#[$doc])* pub $name: &'static str,)*
            /// What stands behind them in their file: other words.
            pub rest: &'static str,
        }

        /// Every name, in the order in which the files of words have the texts.
        const NAMES: &[&str] = &[$(stringify!($name),)*];

        impl $Texts {
            /// Reads a file of words as the build writes it: a line with the check value of the names, then a line a text.
            /// `None` when it was written for other names than these.
            pub fn read(text: &'static str) -> Option<Self> {
                const CHECK: u32 = $crate::i18n::messages::check(NAMES);
                let mut lines = text.splitn(NAMES.len() + 2, '\n');
                if lines.next()?.parse() != Ok(CHECK) {
                    return None;
                }
                static EMPTY: $Texts = $Texts { $($name: "",)* rest: "" };
                let mut messages = EMPTY;
                // A list of places and a loop: code for each text would weigh more than the texts.
                for place in [$(&mut messages.$name,)*] {
                    *place = lines.next()?;
                }
                messages.rest = lines.next().unwrap_or_default();
                Some(messages)
            }
        }
    };
}

pub(crate) use texts;

/// FNV-1a over the names, each with a line break behind it; as in `xtask/src/words.rs`.
pub const fn check(names: &[&str]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < names.len() {
        let name = names[at].as_bytes();
        let mut byte = 0;
        while byte <= name.len() {
            let next = if byte < name.len() { name[byte] } else { b'\n' };
            hash = (hash ^ next as u32).wrapping_mul(0x0100_0193);
            byte += 1;
        }
        at += 1;
    }
    hash
}

/// Two are the same when they are one.
impl PartialEq for Messages {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

texts! {
    /// The texts of one language.
    Messages {
        // Everywhere.
        /// Names the language switch.
        language_nav,
        /// The words of another language could not be fetched: `{language}`.
        language_failed,
        /// Jumps over the header.
        skip,
        /// The product's name, in the header of the call.
        product,
        /// A page's title: `{page}`, `{programme}`.
        title,
        /// Before a page's title when there are errors.
        error_title,
        /// While the programme is on its way.
        loading,
        /// Repeats what failed.
        try_again,
        /// Puts a notice away.
        close,
        /// Ends a section.
        save_continue,
        /// Leads on when nothing can be saved.
        next_section,
        /// Ends a section opened from the check page.
        save_return,
        /// From a section to the hub.
        back_to_sections,
        /// From anywhere to the call.
        back_to_call,
        /// Behind the label of a field that may stay empty.
        optional,
        /// Said of a field that judges do not see.
        private,
        /// Yes.
        yes,
        /// No.
        no,
        /// Leads to a question.
        change,
        /// In the footer: `{email}`.
        contact,
        /// Between the last two of a list.
        and,
        /// Between the last two of a choice.
        or,

        // The bar: time left and the state of the draft.
        /// Names the bar.
        bar_label,
        /// Names the countdown.
        timer_label,
        /// The countdown: `{left}`.
        left,
        /// The time left by the device’s own clock.
        left_device,
        /// Days.
        days,
        /// Hours.
        hours,
        /// Minutes.
        minutes,
        /// Seconds.
        seconds,
        /// The deadline: `{date}`.
        until,
        /// In the reader's zone: `{time}`.
        zone_yours,
        /// In UTC: `{time}`.
        zone_utc,
        /// Spoken 24 hours before the end.
        say_day,
        /// Spoken an hour before the end.
        say_hour,
        /// Spoken 15 minutes before the end.
        say_quarter,
        /// Spoken 5 minutes before the end.
        say_five,
        /// Spoken a minute before the end.
        say_minute,
        /// Spoken at the end.
        say_closed,
        /// Names the state of the draft.
        save_label,
        /// Saved in the browser: `{time}`.
        saved_here,
        /// Being saved in the browser.
        saving_here,
        /// The browser stores nothing, and does not even try; in the bar and over [`store_refused_text`](Self::store_refused_text).
        store_refused,
        /// What that means and what to do.
        store_refused_text,
        /// The device is full.
        store_full,
        /// What that means and what to do.
        store_full_text,
        /// The browser's storage fails.
        store_broken,
        /// What that means and what to do.
        store_broken_text,
        /// The storage was emptied while the page was open.
        store_cleared,
        /// That the draft is stored again.
        store_cleared_text,
        /// That files on their way went with it.
        store_files,
        /// The link from a partner's page to the form alone.
        full_page,
        /// A partner's page has filled in `{fields}`.
        prefilled,
        /// A click was held back since something lay over the button: a heading.
        covered_title,
        /// What it means and what to do.
        covered_text,
        /// The page is in a frame.
        store_framed,
        /// What that means.
        store_framed_text,
        /// Saved by the backend: `{time}`.
        saved_there,
        /// Being sent.
        saving_there,
        /// Not sent yet.
        /// No network.
        offline,
        /// No network, nothing to send.
        offline_idle,
        /// Someone else changed the same answers.
        clash,
        /// The backend refuses the draft.
        refused_there,
        /// Answers that the backend has not yet taken since something is wrong with it.
        trouble_there,
        /// The call closed.
        closed_there,

        // Banners.
        /// The device's clock is wrong: `{by}`.
        clock_title,
        /// The device's clock is wrong.
        clock_text,
        /// Before the opening: `{date}`.
        unopened_title,
        /// Before the opening.
        unopened_text,
        /// In the last hour.
        hour_title,
        /// In the last hour: `{time}`.
        hour_text,
        /// In the grace.
        grace_title,
        /// In the grace: `{time}`.
        grace_text,
        /// Of whoever has sealed and not submitted.
        sealed_title,
        /// When: `{date}`.
        sealed_at,
        /// Before the list of what has still to arrive: `{date}`.
        sealed_text,
        /// When the grace is over.
        sealed_past,
        /// When something was written after sealing.
        sealed_edited,
        /// What has still to arrive.
        sealed_answers,
        /// A file that has still to arrive: `{name}`, `{sent}`, `{size}`.
        sealed_file,
        /// A file that will not arrive by itself: `{name}`.
        sealed_choose,
        /// While the rest is being sent.
        sealed_stay,
        /// Where another device has the rest.
        sealed_elsewhere,
        /// A button.
        sealed_send,
        /// A button.
        sealed_download,
        /// When all has arrived.
        sealed_done,
        /// After the end: `{date}`.
        closed_title,
        /// After the end.
        closed_text,
        /// A later deadline for this applicant: `{date}`.
        extended_title,
        /// An answer was changed in two places.
        clash_title,
        /// An answer was changed in two places.
        clash_text,
        /// Over the version of this page.
        clash_here,
        /// Over the other version: `{device}`, `{time}`.
        clash_there,
        /// A device that does not say what it is.
        clash_elsewhere,
        /// A version that is empty.
        clash_removed,
        /// Chooses the version of this page.
        clash_keep,
        /// Chooses the other version.
        clash_take,
        /// The call's deadline was changed by staff: `{date}`.
        moved_title,
        /// The backend takes no uploads.
        no_uploads,
        /// A file field, where no files are taken.
        no_file,
        /// A file that is required and cannot be given: `{field}`, `{email}`.
        no_uploads_stop,

        // The call.
        /// Above the deadline while open, before the countdown runs.
        call_open,
        /// Above the opening date.
        call_opens,
        /// Above the deadline when over.
        call_closed,
        /// Before the organisers.
        call_by,
        /// Leads to the eligibility questions.
        call_start,
        /// Leads to the draft on this device.
        call_resume,
        /// Leads to the form when it cannot be filled.
        call_read,
        /// Leads to the receipt.
        call_status,
        /// Heading.
        call_about,
        /// Heading.
        call_offers,
        /// Heading.
        call_who,
        /// Heading.
        call_judging,
        /// Heading.
        call_dates,
        /// Heading.
        call_organisers,
        /// Heading.
        call_privacy,
        /// How many are chosen.
        call_seats,
        /// A share: `{n}`.
        percent,

        // Eligibility.
        /// Heading.
        eligibility,
        /// Said under the heading.
        eligibility_kept,
        /// Shows the result.
        eligibility_check,
        /// Passed.
        eligible_title,
        /// Passed.
        eligible_text,
        /// Begins the form.
        eligible_start,
        /// Not passed.
        ineligible_title,
        /// Not passed: `{email}`.
        ineligible_text,

        // The hub.
        /// Heading.
        hub,
        /// How far it has come: `{done}`, `{all}`.
        hub_figure,
        /// How far it has come: `{done}`, `{all}`.
        hub_required,
        /// Names the arches.
        hub_nav,
        /// Nothing answered.
        state_none,
        /// Something answered.
        state_some,
        /// Nothing stands in the way.
        state_done,
        /// Something is wrong.
        state_amiss,
        /// Leads to the check page.
        hub_check,
        /// Under that link.
        hub_check_note,
        /// That two writers may overwrite each other.
        one_at_a_time,
        /// A section's place: `{n}`, `{all}`.
        section_of,

        // A private link.
        /// In the footer: leads to the link.
        link_open,
        /// Heading.
        link_title,
        /// What the link is.
        link_text,
        /// Labels the link.
        link_label,
        /// Copies it.
        link_copy,
        /// Said after copying.
        link_copied,
        /// Said when copying was refused.
        link_failed,
        /// Shows it as a QR code.
        link_qr,
        /// Hides that again.
        link_qr_hide,
        /// What the QR code is, for whoever does not see it.
        link_qr_name,
        /// Before there is a draft.
        link_none,
        /// In place of the button, where the backend cannot do it.
        link_stays,
        /// A button.
        link_replace,
        /// Before it is done.
        link_replace_text,
        /// A button.
        link_replace_yes,
        /// A button.
        link_replace_no,
        /// When it is done.
        link_replaced,
        /// Heading of the part about the draft as a file.
        draft_file_title,
        /// What the file is for.
        draft_file_text,
        /// Button: download the draft.
        draft_file_save,
        /// Button: open a draft file.
        draft_file_open,
        /// After opening: how many answers were taken.
        draft_file_taken,
        /// After opening: some answers differ.
        draft_file_clashes,
        /// After opening: the file is of another programme.
        draft_file_other,
        /// The file is something else.
        draft_file_not,
        /// The file is of a newer version.
        draft_file_newer,
        /// Heading of what has no place in the form.
        aside_title,
        /// What becomes of it.
        aside_text,
        /// Button: remove it.
        aside_remove,
        /// Button: take an answer out of the application.
        aside_set,
        /// Beside a section's state: somebody else with the link looks at it.
        here_now,
        /// In a section: `{devices}`.
        also_here,
        /// Heading while a private link is opened.
        adopt_title,
        /// Heading when it failed.
        adopt_failed,
        /// The link lost its secret part.
        adopt_missing,
        /// No draft of that link.
        adopt_unknown,
        /// Heading where a link would put another draft in the place of one that is here.
        adopt_other,
        /// What it means.
        adopt_other_text,
        /// What it means where nothing leads back to the one that is here.
        adopt_other_gone,
        /// Opens it.
        adopt_other_yes,
        /// Leaves the one that is here.
        adopt_other_no,
        /// While the backend cannot be reached.
        adopt_waiting,

        // Errors on a page.
        /// Heads the summary of errors.
        errors_title,

        // Fields.
        /// Characters left.
        count_left,
        /// Characters too many.
        count_over,
        /// The limit, in the description of the field.
        count_max,
        /// Part of a date.
        day,
        /// Part of a date.
        month,
        /// Part of a date.
        year,
        /// An example: `{example}`.
        date_hint,
        /// Part of an amount of money.
        amount,
        /// Part of an amount of money.
        currency,
        /// The empty choice of a list.
        choose,
        /// Under the label.
        choose_up_to,
        /// Under the label of a SIREN.
        siren_hint,
        /// Under the label: `{hosts}`.
        url_hosts,
        /// Heads a row: `{item}`, `{n}`.
        item_n,
        /// Adds a row: `{item}`.
        add_item,
        /// In place of that button.
        add_full,
        /// Removes a row.
        remove,
        /// Removes a row, for screen readers: `{item}`.
        remove_item,
        /// Said after removing: `{item}`.
        removed,
        /// Brings it back.
        undo,
        /// Said after adding: `{item}`.
        added,
        /// Said after undoing: `{item}`.
        restored,
        /// Label.
        model_reference,
        /// Its hint.
        model_reference_hint,
        /// Label.
        model_licence,
        /// Its hint.
        model_licence_hint,
        /// Label.
        model_use,
        /// An open-source licence: `{licence}`.
        model_open,
        /// A model licence with terms of use: `{licence}`.
        model_weights,
        /// A licence against commercial use: `{licence}`.
        model_noncommercial,
        /// Another licence: `{licence}`.
        model_unknown,

        // Files.
        /// Opens the file chooser.
        file_choose,
        /// Opens it again.
        file_other,
        /// Beside that button.
        file_drop,
        /// What is taken: `{kinds}`, `{size}`.
        file_takes,
        /// Between upload and link.
        file_or_link,
        /// Labels the link.
        file_link,
        /// How far: `{done}`, `{all}`.
        file_progress,
        /// Time to go: `{left}`.
        file_left,
        /// State.
        file_paused,
        /// State.
        file_checking,
        /// State.
        file_done,
        /// Pauses.
        file_pause,
        /// Goes on.
        file_resume,
        /// Gives up.
        file_cancel,
        /// Removes the answer.
        file_remove,
        /// An upload begun before a reload: `{name}`.
        file_waiting_file,
        /// The connection was lost.
        file_interrupted,
        /// A file on its way in one piece: `{size}`.
        file_whole,
        /// A file in one piece whose connection was lost.
        file_anew,
        /// The button to begin such a file anew.
        file_again,
        /// The backend does not take it.
        file_refused,
        /// Spoken at the end: `{name}`.
        file_said_done,
        /// A size.
        bytes,
        /// A size.
        kilobytes,
        /// A size.
        megabytes,

        // Check your answers.
        /// Heading.
        check,
        /// Names the tabs.
        check_tabs,
        /// A tab.
        check_all,
        /// A tab.
        check_eye,
        /// Above the judges' view: `{minutes}`.
        eye_text,
        /// Reading time.
        reading,
        /// In place of an answer.
        unanswered,
        /// For screen readers, after "Change": `{label}`.
        change_what,
        /// A consent given.
        agreed,
        /// A consent not given.
        not_agreed,
        /// Heading above the button.
        declare_title,
        /// Above the button: `{date}`.
        declare_text,
        /// The one button.
        submit,
        /// The button after the first time.
        resubmit,
        /// While it runs.
        submitting,
        /// Nothing changed since the last time.
        submit_same,
        /// Heads the reason.
        submit_failed,
        /// Nobody knows whether it arrived.
        submit_doubt,
        /// Where submitting again may count twice.
        submit_doubt_look,
        /// The button that looks.
        submit_look,
        /// The look found nothing.
        submit_absent,
        /// Where there are no seals.
        no_seals,
        /// Above the list of problems.
        check_gaps,

        // Receipt and status.
        /// Heading of the page before a submission.
        status,
        /// Heading after submitting.
        status_submitted,
        /// Never submitted.
        status_draft_text,
        /// Leads to the status page.
        status_go,
        /// No draft on this device.
        status_nothing,
        /// No draft on this device.
        status_nothing_text,
        /// Status.
        status_name_draft,
        /// Status.
        status_name_submitted,
        /// Status.
        status_name_ineligible,
        /// Status.
        status_name_in_review,
        /// Status.
        status_name_shortlisted,
        /// Status.
        status_name_selected,
        /// Status.
        status_name_declined,
        /// Status.
        status_name_withdrawn,
        /// The reference.
        reference,
        /// When it was received.
        received,
        /// Where it stands.
        status_word,
        /// The digest.
        digest,
        /// What it is for.
        digest_hint,
        /// The version.
        version,
        /// Behind the time of receipt: `{date}`.
        in_time,
        /// Downloads the receipt.
        receipt_download,
        /// To the page that checks receipts.
        receipt_check,
        /// Prints.
        print,
        /// There are edits after the submission.
        later_edits_title,
        /// There are edits after the submission.
        later_edits_text,
        /// There are edits after the submission, and it closed.
        later_edits_closed,
        /// Heading.
        edit_title,
        /// What editing means: `{date}`.
        edit_text,
        /// Leads to the hub.
        edit,
        /// Leads to the check page when closed.
        read_answers,
        /// Heading.
        next_title,
        /// Heading.
        timeline_title,
        /// Event.
        event_begun,
        /// What led here: `{source}`.
        came_by,
        /// Event.
        event_submitted,
        /// Event.
        event_withdrawn,
        /// Event.
        event_moved,
        /// Event.
        event_extended,
        /// Heading.
        yours_title,
        /// Downloads everything.
        export,
        /// Asks to withdraw.
        withdraw,
        /// Heading of the second step.
        withdraw_title,
        /// What it means while open.
        withdraw_text,
        /// What it means after the deadline.
        withdraw_text_closed,
        /// The second step.
        withdraw_yes,
        /// Goes back from a second step.
        keep,
        /// After withdrawing.
        withdrawn_text,
        /// Asks to delete.
        erase,
        /// Heading of the second step.
        erase_title,
        /// What it means.
        erase_text,
        /// The second step.
        erase_yes,
        /// Heading afterwards.
        erased_title,
        /// Afterwards.
        erased_text,
        /// While a call runs.
        working,

        // Pages of last resort.
        /// Heading.
        not_found,
        /// Its text.
        not_found_text,
        /// Heading: no such programme.
        no_call,
        /// Leads to the call.
        to_call,
        /// Heading: config.json is of no use.
        config_title,
        /// There is none.
        config_missing,
        /// It could not be fetched.
        config_unreachable,
        /// Not JSON: `{line}`, `{column}`.
        config_json,
        /// A member: `{path}`, `{wanted}`.
        config_member,
        /// A newer contract: `{contract}`.
        config_newer,
        /// Heading: the programme could not be read.
        programme_title,
        /// Its document has faults.
        programme_faults,

        // Failures of the backend.
        /// No network.
        api_offline,
        /// No answer in time.
        api_timeout,
        /// Too many requests: `{seconds}`.
        api_busy,
        /// Changed meanwhile.
        api_conflict,
        /// A reply nobody can read: `{at}`.
        api_contract,
        /// A reply that ends too early; `{at}` as in `api_contract`.
        api_cut,
        /// A reply that is too long.
        api_long,
        /// A reply that is nested too deep.
        api_deep,
        /// A reply that is not in the format promised.
        api_garbled,
        /// A reply without a header.
        api_header,
        /// A call that the backend does not know.
        api_unknown_call,
        /// A web page in place of a reply.
        api_captive,
        /// A backend in trouble: `{status}`.
        api_down,
        /// The call is not open.
        api_not_open,
        /// The status forbids it.
        api_move,
        /// No such draft.
        api_token,
        /// The backend cannot write.
        api_storage,
        /// More than taken.
        api_too_large,
        /// Answers stand in the way.
        api_answers,
        /// Anything else: `{title}`.
        api_other,

        // What is wrong with an answer.
        /// Nothing given: `{label}`.
        p_missing,
        /// Too many characters.
        p_too_long,
        /// Characters that cannot be printed.
        p_controls,
        /// Not of the field's shape.
        p_shape,
        /// Not nine digits.
        p_siren_length,
        /// The check digit does not fit.
        p_siren_checksum,
        /// No e-mail address.
        p_email,
        /// No web address.
        p_url,
        /// Not on an allowed host: `{hosts}`.
        p_host,
        /// Not a number.
        p_number,
        /// Not whole.
        p_whole,
        /// Too many decimals.
        p_precise,
        /// Too small: `{min}`.
        p_small,
        /// Too large: `{max}`.
        p_large,
        /// An unknown currency.
        p_currency,
        /// Parts missing: `{parts}`.
        p_date_parts,
        /// No such day.
        p_date,
        /// Too early: `{date}`.
        p_early,
        /// Too late: `{date}`.
        p_late,
        /// No such country.
        p_country,
        /// No such choice.
        p_choice,
        /// Too few choices.
        p_few,
        /// Too many choices.
        p_many,
        /// Too few rows: `{n}`.
        p_few_rows,
        /// Too many rows: `{n}`.
        p_many_rows,
        /// The consent is needed.
        p_consent,
        /// Another version was agreed to.
        p_consent_old,
        /// Not organisation/name.
        p_model,
        /// The licence is missing.
        p_licence,
        /// The use is missing.
        p_use,
        /// Too big: `{size}`.
        p_file_big,
        /// Of another kind: `{kinds}`.
        p_file_kind,
        /// Empty.
        p_file_empty,
        /// Damaged.
        p_file_damaged,
        /// Not finished.
        p_file_unfinished,
        /// No such file.
        p_file_unknown,
        /// No such field.
        p_unknown_field,
        /// Before the words when the field stands in a row: `{row}`, `{words}`.
        p_in_row,
    }
}

/// Where the texts of a language are written.
#[cfg(test)]
pub const fn source_of(locale: Locale) -> &'static str {
    match locale {
        Locale::En => include_str!("en.toml"),
        Locale::Fr => include_str!("fr.toml"),
    }
}

/// The texts in a language, as the app would have fetched them.
#[cfg(test)]
pub fn of(locale: Locale) -> &'static Messages {
    let texts = super::source::read(source_of(locale)).expect("the source can be read");
    let file = super::source::compact(&texts).expect("every text fits a line");
    let messages = Messages::read(Box::leak(file.into_boxed_str())).expect("the names are those of `messages!`, in that order");
    Box::leak(Box::new(messages))
}

/// The form of a text for a number: French says "0 jour", English "0 days".
pub fn form(text: &'static str, locale: Locale, n: usize) -> &'static str {
    let one = n == 1 || (n == 0 && locale == Locale::Fr);
    match text.split_once('|') {
        Some((single, _)) if one => single,
        Some((_, many)) => many,
        None => text,
    }
}

/// The form of a text for a number, with `{n}` filled in.
pub fn plural(text: &'static str, locale: Locale, n: usize) -> String {
    fill(form(text, locale, n), &[("n", &grouped(&n.to_string(), locale))])
}

/// A decimal number as a language writes it: thousands apart, and its own decimal sign. Small enough to need no
/// `Intl`, so that words about answers can be tested natively.
pub fn grouped(number: &str, locale: Locale) -> String {
    let (apart, point) = match locale {
        Locale::En => (',', '.'),
        Locale::Fr => ('\u{202f}', ','),
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = whole.trim_start_matches('-').len();
    let mut out = String::new();
    for (at, c) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if digits > 4 && c != '-' && at > whole.len() - digits && left % 3 == 0 {
            out.push(apart);
        }
        out.push(c);
    }
    if !decimals.is_empty() {
        out.push(point);
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::source;
    use super::*;

    const SOURCES: [&str; 2] = [source_of(Locale::En), source_of(Locale::Fr)];

    /// Every source has all names in their order, and the texts of a name have the same places and forms.
    pub fn are_alike(sources: [&str; 2], names: &[&str]) {
        let [en, fr] = sources.map(|source| source::read(source).unwrap());
        assert_eq!(en.iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
        assert_eq!(fr.iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
        for ((name, en), (_, fr)) in en.iter().zip(&fr) {
            assert!(!en.is_empty() && !fr.is_empty(), "{name} is empty");
            assert_eq!(places(en), places(fr), "{name}");
            assert_eq!(en.split('|').count(), fr.split('|').count(), "{name}");
        }
    }

    #[test]
    fn long_numbers_are_grouped_as_the_language_does() {
        assert_eq!(grouped("1500", Locale::En), "1500");
        assert_eq!(grouped("15000", Locale::En), "15,000");
        assert_eq!(grouped("-1234567.5", Locale::Fr), "-1\u{202f}234\u{202f}567,5");
    }

    fn places(text: &str) -> Vec<&str> {
        let mut found: Vec<_> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn words_for_other_names_are_refused() {
        let mut texts = source::read(SOURCES[0]).unwrap();
        let leaked = |texts: &[(String, String)]| -> &'static str { Box::leak(source::compact(texts).unwrap().into_boxed_str()) };
        let file = leaked(&texts);
        assert_eq!(Messages::read(file).unwrap().yes, "Yes");
        assert!(Messages::read(file.rsplit_once('\n').unwrap().0).is_none(), "cut off");
        texts[3].0.push('s');
        assert!(Messages::read(leaked(&texts)).is_none(), "another name");
        texts.remove(3);
        assert!(Messages::read(leaked(&texts)).is_none(), "one fewer");
        assert!(Messages::read("").is_none() && Messages::read("<!doctype html>").is_none());
    }

    #[test]
    fn both_languages_have_every_name_with_the_same_places_and_forms() {
        are_alike(SOURCES, NAMES);
    }

    #[test]
    fn no_text_begs_or_speaks_of_validity() {
        for (name, text) in SOURCES.into_iter().flat_map(|source| source::read(source).unwrap()) {
            let text = text.to_lowercase();
            for word in ["please", "valid", "veuillez", "s’il vous plaît", "merci de"] {
                assert!(!text.contains(word), "{name} says {word}");
            }
        }
    }

    #[test]
    fn nought_is_singular_in_french_only() {
        assert_eq!(form("a|b", Locale::Fr, 0), "a");
        assert_eq!(form("a|b", Locale::En, 0), "b");
        assert_eq!(form("a|b", Locale::En, 1), "a");
        assert_eq!(form("a", Locale::En, 7), "a");
    }
}
