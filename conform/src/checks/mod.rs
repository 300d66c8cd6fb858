//! Every check, a file a capability.

mod clock;
mod concurrency;
mod cors;
mod deadline;
mod drafts;
mod events;
mod idempotency;
mod keeping;
mod link;
mod paging;
mod patching;
mod presence;
mod privacy;
mod programmes;
mod replies;
mod seals;
mod staff;
mod staff_work;
mod submission;
mod uploads;
mod uploads_refused;
mod withdrawing;

use crate::check::Check;

/// Every check, in the order in which they run.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let files: [&'static [Check]; 22] = [
        programmes::CHECKS,
        clock::CHECKS,
        drafts::CHECKS,
        patching::CHECKS,
        keeping::CHECKS,
        concurrency::CHECKS,
        idempotency::CHECKS,
        uploads::CHECKS,
        uploads_refused::CHECKS,
        submission::CHECKS,
        withdrawing::CHECKS,
        seals::CHECKS,
        deadline::CHECKS,
        privacy::CHECKS,
        link::CHECKS,
        presence::CHECKS,
        cors::CHECKS,
        staff::CHECKS,
        staff_work::CHECKS,
        paging::CHECKS,
        events::CHECKS,
        // About all before them.
        replies::CHECKS,
    ];
    files.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::check::Capability;

    #[test]
    fn each_check_has_a_name_of_its_own_that_begins_with_its_capability() {
        let mut seen = Vec::new();
        for check in all() {
            assert!(check.id.starts_with(&format!("{}/", check.capability.name())), "{}", check.id);
            assert!(!seen.contains(&check.id), "{} is there twice", check.id);
            seen.push(check.id);
        }
        let order: Vec<Capability> = all().map(|check| check.capability).collect();
        assert!(order.is_sorted(), "checks of a capability follow one another");
    }

    /// `docs/FILE.md, NAME` has to be a heading or begin a paragraph in bold type there.
    #[test]
    fn clauses_are_where_they_say() {
        let docs = [
            ("docs/backend.md", include_str!("../../../docs/backend.md")),
            ("docs/receipts.md", include_str!("../../../docs/receipts.md")),
            ("docs/table.md", include_str!("../../../docs/table.md")),
            ("docs/programmes.md", include_str!("../../../docs/programmes.md")),
        ];
        for check in all() {
            for clause in check.clause.split("; ") {
                if clause.starts_with("RFC ")
                    || clause.starts_with("tus 1.0, ")
                    || clause.starts_with("Fetch, ")
                    || clause.starts_with("HTML, ")
                {
                    continue;
                }
                let found = docs.iter().find_map(|(file, text)| Some((*text, clause.strip_prefix(file)?)));
                let (text, name) = found.unwrap_or_else(|| panic!("{}: {clause} is in no document", check.id));
                let name = name.trim_start_matches(", ");
                let is_there = text.contains(&format!("# {name}\n"))
                    || text.contains(&format!("\n**{name}"))
                    || text.contains(&format!("\n**`{name}`"));
                assert!(is_there || name.is_empty(), "{}: {clause}", check.id);
            }
        }
    }
}
