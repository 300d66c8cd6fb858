//! The staff's words, English and French side by side. They are in the wasm: staff open this page every day, and
//! it is as large as it may be anyway. Places are written `{name}`; a text with a number has the form for one, `|`, and the form for many.

use opencall_core::Locale;

macro_rules! words {
    ($($name:ident: $en:literal, $fr:literal;)*) => {
        /// The texts of one language.
        pub struct Words {
            $(#[doc = $en] pub $name: &'static str,)*
        }

        static EN: Words = Words { $($name: $en,)* };
        static FR: Words = Words { $($name: $fr,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $en, $fr),)*];
    };
}

/// The words of a language.
pub fn of(locale: Locale) -> &'static Words {
    match locale {
        Locale::En => &EN,
        Locale::Fr => &FR,
    }
}

words! {
    title: "{page} – {programme} – Opencall", "{page} – {programme} – Opencall";
    pages: "Pages", "Pages";
    applications: "Applications", "Candidatures";
    people: "People", "Personnes";
    audit: "Audit trail", "Journal";
    no_page: "There is no such page", "Cette page n’existe pas";
    sign_out: "Sign out", "Se déconnecter";
    role_viewer: "viewer", "lecture";
    role_organiser: "organiser", "organisation";
    role_judge: "judge", "jury";

    sign_in: "Sign in", "Se connecter";
    sign_in_as: "This link signs you in as: {role}. It works once.", "Ce lien vous connecte avec le rôle : {role}. Il ne sert qu’une fois.";
    your_name: "Your name", "Votre nom";
    your_name_hint: "The others see it beside what you do.", "Les autres le voient à côté de ce que vous faites.";
    name_missing: "Enter your name.", "Indiquez votre nom.";
    signed_out: "You are signed out", "Vous êtes déconnecté";
    signed_out_how: "To sign in, open the link that an organiser sent you. The first one is printed where the server was started.", "Pour vous connecter, ouvrez le lien qu’un organisateur vous a envoyé. Le premier est affiché là où le serveur a été démarré.";
    link_refused: "This link signs nobody in any more", "Ce lien ne connecte plus personne";
    link_refused_how: "It has been used already, or its time is up. Ask an organiser for another one.", "Il a déjà servi, ou il a expiré. Demandez-en un autre à un organisateur.";
    link_failed: "The link could not be looked at", "Le lien n’a pas pu être vérifié";

    st_draft: "Draft", "Brouillon";
    st_submitted: "Submitted", "Déposée";
    st_ineligible: "Ineligible", "Irrecevable";
    st_in_review: "In review", "En évaluation";
    st_shortlisted: "Shortlisted", "Présélectionnée";
    st_selected: "Selected", "Retenue";
    st_declined: "Declined", "Refusée";
    st_withdrawn: "Withdrawn", "Retirée";
    about: "About", "À propos de";
    activate: "Let sign in again", "Réactiver";
    all: "All", "Toutes";
    also_export: "download save file take out", "télécharger enregistrer fichier";
    also_help: "help keyboard shortcuts", "aide clavier raccourcis";
    also_pages: "plain table paged accessible print virtual grid", "tableau simple imprimer accessible grille";
    also_selected: "Selected", "Sélection";
    also_sign_out: "log out leave", "déconnexion quitter sortir";
    arrivals: "Arrivals by day", "Arrivées par jour";
    asking: "Asks for changes every 10 seconds", "Demande les changements toutes les 10 secondes";
    begun: "Begun", "Commencées";
    by_status: "By status", "Par statut";
    cancel: "Cancel", "Annuler";
    cannot_move: "{n} cannot become “{status}” from where they are", "{n} ne peuvent pas devenir « {status} » depuis leur statut";
    changed_since: "These are the answers that were submitted. The applicant has changed the draft since.", "Voici les réponses déposées. Le brouillon a été modifié depuis.";
    clear_all: "Clear all filters", "Retirer tous les filtres";
    close_one: "Close the application", "Fermer la candidature";
    col_created: "Begun", "Commencée";
    col_deadline: "Own deadline", "Échéance propre";
    col_locale: "Language", "Langue";
    col_name: "Name", "Nom";
    col_partner: "Came from", "Provenance";
    col_people: "People", "Personnes";
    col_progress: "Sections", "Rubriques";
    col_reference: "Reference", "Référence";
    col_status: "Status", "Statut";
    col_stopped: "Incomplete from", "Incomplète à partir de";
    col_submitted: "Submitted", "Déposée";
    col_updated: "Changed", "Modifiée";
    column_down: "{column}: further right", "{column} : plus à droite";
    column_up: "{column}: further left", "{column} : plus à gauche";
    columns: "Columns", "Colonnes";
    columns_how: "Drag a column’s edge to make it wider, or press Alt and an arrow key on it.", "Tirez le bord d’une colonne pour l’élargir, ou appuyez sur Alt et une flèche.";
    columns_usual: "As usual", "Comme d’habitude";
    command_line: "command line", "ligne de commande";
    commands: "Commands", "Commandes";
    complete: "Complete", "Complètes";
    copied: "Copied.", "Copié.";
    copy: "Copy the link", "Copier le lien";
    day: "Day", "Jour";
    deactivate: "Sign out for good", "Désactiver";
    did_change: "changed a person", "a modifié une personne";
    did_end_session: "ended a session", "a mis fin à une session";
    did_export: "exported", "a exporté";
    did_extend: "extended a deadline", "a repoussé une échéance";
    did_invite: "invited", "a invité";
    did_link: "made a sign-in link", "a créé un lien de connexion";
    did_move: "moved", "a déplacé";
    did_note: "wrote a note", "a écrit une note";
    did_revoke: "took a link back", "a retiré un lien";
    did_change_view: "changed a shared view", "a modifié une vue partagée";
    did_share_view: "shared a view", "a partagé une vue";
    did_unshare_view: "shares a view no longer", "ne partage plus une vue";
    did_sign_in: "signed in", "s’est connecté";
    did_sign_out: "signed out", "s’est déconnecté";
    did_undo: "undid a move", "a annulé un déplacement";
    digest: "Digest", "Empreinte";
    done: "Done", "Terminé";
    end_session: "End", "Mettre fin";
    event_begun: "Begun", "Commencée";
    event_extended: "Deadline extended until {until}", "Échéance repoussée au {until}";
    event_link: "Private link replaced", "Lien privé remplacé";
    event_sealed: "Sealed", "Scellée";
    event_submitted: "Submitted", "Déposée";
    event_withdrawn: "Withdrawn", "Retirée";
    export: "Export", "Export";
    export_cancelled: "Cancelled: no file was saved.", "Annulé : aucun fichier n’a été enregistré.";
    export_failed: "No file was saved. {why}", "Aucun fichier n’a été enregistré. {why}";
    export_gone: "{n} of those asked for are no longer there.", "{n} de celles demandées n’existent plus.";
    export_selected: "Export what is selected", "Exporter la sélection";
    export_shown: "Export what is shown", "Exporter ce qui est affiché";
    export_too_large: "The browser cannot hold so large a file. Filter the list, and export it in parts.", "Le navigateur ne peut pas contenir un fichier aussi grand. Filtrez la liste et exportez-la par parties.";
    exported: "{format}: {applications} in a file of {size}.", "{format} : {applications} dans un fichier de {size}.";
    exporting: "{format}: {n} of {all}, {size}", "{format} : {n} sur {all}, {size}";
    extend: "Extend", "Repousser";
    extend_all: "Extend the deadline", "Repousser l’échéance";
    extend_hours: "Hours from the deadline, or from now where it has passed", "Heures après l’échéance, ou à partir de maintenant si elle est passée";
    extend_hours_wrong: "Enter a number of hours, such as 24.", "Indiquez un nombre d’heures, par exemple 24.";
    extend_now: "The deadline of the call is {deadline}. It can only become later.", "L’échéance de l’appel est le {deadline}. Elle ne peut être que repoussée.";
    extend_one: "Extend its deadline", "Repousser son échéance";
    extend_one_title: "Extend the deadline of {reference}", "Repousser l’échéance de {reference}";
    extend_until: "Until {until}", "Jusqu’au {until}";
    extended: "The deadline is extended.", "L’échéance est repoussée.";
    file_frame: "The file", "Le fichier";
    file_unfinished: " – still arriving", " – en cours d’envoi";
    files: "Files", "Fichiers";
    filter_add: "Filter", "Filtrer";
    filter_by: "Filter by", "Filtrer par";
    filter_drop: "Take away the filter {filter}", "Retirer le filtre {filter}";
    found_of: "{n} of {all}", "{n} sur {all}";
    first_organiser: "the first organiser", "le premier organisateur";
    from: "From", "De";
    gone: "{n} no longer there", "{n} disparues";
    grid_mode: "As one long table", "En un seul long tableau";
    happened: "What happened", "Historique";
    help: "Keys", "Touches";
    help_open: "Keys: ?", "Touches : ?";
    in_time: "In time", "Dans les temps";
    in_time_no: "No", "Non";
    in_time_yes: "Yes, by its signed receipt", "Oui, d’après l’accusé signé";
    inactive: "cannot sign in", "ne peut pas se connecter";
    invitations: "Links nobody has used yet", "Liens pas encore utilisés";
    invite: "Invite", "Inviter";
    invite_name: "Name", "Nom";
    invite_name_missing: "Enter the name of the person you invite.", "Indiquez le nom de la personne invitée.";
    key_all: "Select everything shown", "Tout sélectionner";
    key_close: "Close, or select nothing", "Fermer, ou ne rien sélectionner";
    key_columns: "To another column", "Changer de colonne";
    key_extend: "Select a range", "Sélectionner une plage";
    key_grid: "To the table", "Aller au tableau";
    key_open: "Open the application; on a heading, sort", "Ouvrir la candidature ; sur un titre, trier";
    key_palette: "Any command or application, by typing", "Toute commande ou candidature, en tapant";
    key_rows: "To another row", "Changer de ligne";
    key_search: "Search", "Rechercher";
    key_select: "Select the row", "Sélectionner la ligne";
    key_width: "Make the column narrower or wider", "Rétrécir ou élargir la colonne";
    last_organiser: "One organiser has to stay. Make somebody else an organiser first.", "Il doit rester un organisateur. Donnez d’abord ce rôle à quelqu’un d’autre.";
    link_made: "The link for {name}. It is shown once: copy it now.", "Le lien pour {name}. Il n’est montré qu’une fois : copiez-le maintenant.";
    live: "Live", "En direct";
    load_failed: "The applications could not be loaded", "Les candidatures n’ont pas pu être chargées";
    loading_name: "Loading the applications", "Chargement des candidatures";
    loading_rows: "{n} of {all} loaded", "{n} sur {all} chargées";
    look: "Look", "Voir";
    make_judge: "Make judge", "Passer au jury";
    make_organiser: "Make organiser", "Passer à l’organisation";
    make_viewer: "Make viewer", "Passer en lecture";
    missing: "Nothing", "Rien";
    move_to: "Move to: {status}", "Déplacer vers : {status}";
    moved: "{applications} moved to: {status}.", "{applications} déplacées vers : {status}.";
    moved_meanwhile: "Somebody else was faster with some of them. Nothing was moved. Close this, look again, and choose anew.", "Quelqu’un d’autre a été plus rapide pour certaines. Rien n’a été déplacé. Fermez, regardez à nouveau et choisissez encore.";
    n_applications: "{n} application|{n} applications", "{n} candidature|{n} candidatures";
    n_found: "{n} found|{n} found", "{n} trouvé|{n} trouvés";
    n_more: "and {n} more: use the filter|and {n} more: use the filter", "et {n} autre : utilisez le filtre|et {n} autres : utilisez le filtre";
    n_selected: "{n} selected|{n} selected", "{n} sélectionnée|{n} sélectionnées";
    name: "Name", "Nom";
    nameless: "No name yet", "Sans nom";
    new_link: "New sign-in link", "Nouveau lien de connexion";
    no_files: "No files.", "Aucun fichier.";
    no_partner: "Directly", "Directement";
    none_found: "Nothing fits", "Rien ne correspond";
    none_yet: "No applications yet", "Pas encore de candidatures";
    none_yet_how: "As soon as somebody begins one it appears here by itself.", "Dès que quelqu’un en commence une, elle apparaît ici.";
    note_add: "Add the note", "Ajouter la note";
    note_new: "New note (staff only)", "Nouvelle note (équipe seulement)";
    notes: "Notes", "Notes";
    numbers: "As a table", "En tableau";
    older: "Older ones", "Plus anciennes";
    one_label: "Application {reference}", "Candidature {reference}";
    overview: "Overview", "Vue d’ensemble";
    page: "Page", "Page";
    page_before: "Previous", "Précédente";
    page_behind: "Next", "Suivante";
    page_first: "First", "Première";
    page_last: "Last", "Dernière";
    page_of: "Page {n} of {pages}", "Page {n} sur {pages}";
    pages_above: "Pages of the table", "Pages du tableau";
    pages_below: "Pages, below the table", "Pages, sous le tableau";
    pages_mode: "Page by page", "Page par page";
    palette_label: "Command, or an application’s name or reference", "Commande, ou nom ou référence d’une candidature";
    palette_more: "{n} more: type on.", "{n} de plus : continuez à taper.";
    present: "Something", "Quelque chose";
    print: "Print", "Imprimer";
    reason: "Reason", "Motif";
    reason_applicants: "Applicants read it in their timeline.", "Les candidats le lisent dans leur historique.";
    reason_missing: "Give a reason: applicants read it.", "Donnez un motif : les candidats le lisent.";
    reason_staff: "Staff read it in the timeline; applicants do not.", "L’équipe le lit dans l’historique, pas les candidats.";
    revoke: "Take back", "Retirer";
    role: "Role", "Rôle";
    search: "Search names, references, people", "Rechercher noms, références, personnes";
    select: "Select", "Sélectionner";
    select_page: "Select the page", "Sélectionner la page";
    select_none: "Select none", "Ne rien sélectionner";
    selected_region: "Selected applications", "Candidatures sélectionnées";
    sessions: "Sessions", "Sessions";
    since: "Since", "Depuis";
    sort: "Sort", "Tri";
    sort_down: "Sort by {column}, descending", "Trier par {column}, décroissant";
    sort_up: "Sort by {column}, ascending", "Trier par {column}, croissant";
    stale: "Not connected: there may be changes you do not see", "Pas de connexion : il peut y avoir des changements invisibles";
    stopped_at: "Drafts stop at", "Brouillons arrêtés à";
    submitted: "Submitted", "Déposées";
    take_changes: "Changed meanwhile: sort again", "Modifié entre-temps : trier à nouveau";
    there_already: "{n} are there already", "{n} y sont déjà";
    this_session: "this one", "celle-ci";
    to: "To", "À";
    undo: "Undo", "Annuler";
    undo_changed: "Somebody has moved some of them since: nothing was undone.", "Quelqu’un en a déplacé depuis : rien n’a été annulé.";
    undo_late: "This can be undone no more.", "Cela ne peut plus être annulé.";
    undone: "Undone.", "Annulé.";
    until: "Until", "Jusqu’au";
    used: "Used last", "Dernier usage";
    was_changed: "{n} were moved by somebody else meanwhile", "{n} ont été déplacées entre-temps";
    what: "What", "Quoi";
    when: "When", "Quand";
    who: "Who", "Qui";
    will_move: "{n} will become “{status}”", "{n} deviendront « {status} »";
    name_missing_view: "Enter a name for the view.", "Donnez un nom à la vue.";
    view_do_share: "Share", "Partager";
    view_drop: "Delete", "Supprimer";
    view_drop_sure: "Delete for good", "Supprimer définitivement";
    view_dropped: "View deleted.", "Vue supprimée.";
    view_name: "Save this list as", "Enregistrer cette liste sous le nom";
    view_replace: "Replace by this list", "Remplacer par cette liste";
    view_save: "Save the view", "Enregistrer la vue";
    view_saved: "View saved.", "Vue enregistrée.";
    view_share: "Share it with all staff", "La partager avec toute l’équipe";
    view_shared: "shared", "partagée";
    view_shared_by: "shared by {name}", "partagée par {name}";
    view_taken: "You have a view of this name. Choose another name.", "Vous avez déjà une vue de ce nom. Choisissez-en un autre.";
    view_unshare: "Share no longer", "Ne plus partager";
    views: "Views", "Vues";
    views_none: "No view is saved yet. A view is this list with its search, filters, order and columns.", "Aucune vue n’est enregistrée. Une vue, c’est cette liste avec sa recherche, ses filtres, son ordre et ses colonnes.";
}

#[cfg(test)]
mod tests {
    use super::ALL;

    fn places(text: &str) -> Vec<&str> {
        let mut found: Vec<_> = text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn both_languages_have_the_same_places_and_forms() {
        for (name, en, fr) in ALL {
            assert!(!en.is_empty() && !fr.is_empty(), "{name} is empty");
            assert_eq!(places(en), places(fr), "{name}");
            assert_eq!(en.split('|').count(), fr.split('|').count(), "{name}");
        }
    }
}
