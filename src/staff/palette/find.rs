//! How well a text answers what is typed: words in any order, each from its beginning, from within, or by some of its letters. Without
//! a browser. Everything is compared as [`opencall_table::fold`] writes it.

/// A word begins so.
const BEGINS: u32 = 0;
/// It stands in the middle of one.
const INSIDE: u32 = 1;
/// Its letters are in a word, in order, from the first one.
const LETTERS: u32 = 3;
/// What being found by a further word costs.
const FURTHER: u32 = 2;
/// So few letters are in too many words.
const LEAST: usize = 3;

/// How well a text answers, its further words included: the less the better; `None` when one of the typed words is in neither.
pub fn score(text: &str, further: &str, typed: &str) -> Option<u32> {
    let word = |word: &str| {
        let of_text = of_word(text, word);
        let of_further = of_word(further, word).map(|score| score + FURTHER);
        of_text.into_iter().chain(of_further).min()
    };
    typed.split_whitespace().map(word).sum()
}

fn of_word(text: &str, word: &str) -> Option<u32> {
    let begins = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    let mut places = text.match_indices(word).map(|(at, _)| at).peekable();
    if places.peek().is_some() {
        return Some(if places.any(begins) { BEGINS } else { INSIDE });
    }
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    (word.chars().count() >= LEAST && words.any(|one| has_letters(one, word))).then_some(LETTERS)
}

/// Whether the letters of `word` are in `text`, in order and from its first one on.
fn has_letters(text: &str, word: &str) -> bool {
    let mut rest = text.chars();
    text.chars().next() == word.chars().next() && word.chars().all(|wanted| rest.any(|c| c == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_order_from_their_beginning_first() {
        let text = "country of registration: nigeria";
        assert_eq!(score(text, "", "nig"), Some(BEGINS));
        assert_eq!(score(text, "", "nigeria country"), Some(BEGINS));
        assert_eq!(score(text, "", "registr of"), Some(BEGINS));
        assert_eq!(score(text, "", "geria"), Some(INSIDE));
        assert!(score(text, "", "nig").unwrap_or(9) < score(text, "", "untr").unwrap_or(0));
        assert_eq!(score(text, "", "nigeria france"), None);
        assert_eq!(score("k7qf-2mxd", "", "2mxd"), Some(BEGINS));
        assert_eq!(score("k7qf-2mxd", "", "k7qf-2m"), Some(BEGINS));
    }

    #[test]
    fn some_letters_of_a_word_do_when_there_are_three_and_the_first_is_among_them() {
        assert_eq!(score("status: shortlisted", "", "shrt"), Some(LETTERS));
        assert_eq!(score("status: shortlisted", "", "sl"), None);
        assert_eq!(score("status: shortlisted", "", "hrt"), None);
        assert_eq!(score("status: shortlisted", "", "sts"), Some(LETTERS));
        assert_eq!(score("status: shortlisted", "", "tsh"), None, "not across words");
    }

    #[test]
    fn further_words_count_less_than_what_is_read() {
        assert_eq!(score("csv", "export download", "download"), Some(FURTHER));
        assert_eq!(score("csv", "export download", "csv down"), Some(FURTHER));
        assert_eq!(score("csv", "csv", "csv"), Some(BEGINS));
    }

    #[test]
    fn nothing_typed_is_answered_by_everything() {
        assert_eq!(score("anything", "", ""), Some(0));
        assert_eq!(score("", "", "  "), Some(0));
        assert_eq!(score("", "", "a"), None);
    }

    #[test]
    fn letters_of_every_script_are_compared() {
        assert_eq!(score("شركة الذكاء", "", "الذكاء"), Some(BEGINS));
        assert_eq!(score("東京医療", "", "京"), Some(INSIDE));
    }
}
