//! One run: every check that was asked for, one after the other.

use std::time::{Duration, Instant};

use opencall_core::contract::Capabilities;

use crate::check::{Capability, Check, Fault, Stop};
use crate::claims::offers;
use crate::run::Run;
use crate::{checks, report};

/// What to check, and with what.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The backend's address; may have a path.
    pub base_url: String,
    /// An unused one-time link of the staff's, or its secret.
    pub token: Option<String>,
    /// The name and the password of an account of the staff's, where they have such.
    pub account: Option<(String, String)>,
    /// The call that drafts are begun for.
    pub programme: Option<String>,
    /// A call that is not open.
    pub closed_programme: Option<String>,
    /// The private link, or its token, of a draft whose call has closed. It is read, and what else is tried with it has to be refused.
    pub closed_draft: Option<String>,
    /// An origin that the backend lets use it.
    pub origin: Option<String>,
    /// Where what the backend claims is read: a file or an address.
    pub config: Option<String>,
}

/// Which checks are run.
#[derive(Clone, Debug, Default)]
pub struct Selection(Vec<String>);

impl Selection {
    /// Those named: capabilities, ids of checks, `applicant` and `staff`; all for none.
    ///
    /// # Errors
    /// With a name that is none.
    pub fn of(names: &[String]) -> Result<Self, String> {
        let known = |name: &str| {
            matches!(name, "applicant" | "staff")
                || Capability::ALL.iter().any(|capability| capability.name() == name)
                || checks::all().any(|check| check.id == name)
        };
        match names.iter().find(|name| !known(name)) {
            Some(unknown) => Err(format!("{unknown} names no check, no capability, and neither applicant nor staff")),
            None => Ok(Self(names.to_vec())),
        }
    }

    /// Whether a check is among them.
    pub fn has(&self, check: &Check) -> bool {
        let named = |name: &String| match name.as_str() {
            "applicant" => !check.capability.is_of_staff(),
            "staff" => check.capability.is_of_staff(),
            name => name == check.capability.name() || name == check.id,
        };
        self.0.is_empty() || self.0.iter().any(named)
    }
}

/// What came of a check.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    FallsShort(Box<Fault>),
    /// The backend does not claim to have it.
    NotOffered(String),
    /// It could not be found out here.
    NotChecked(String),
    /// It could not be found out without an option that was not given.
    NotGiven(String),
}

/// A check and what came of it.
#[derive(Clone)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// What came of it.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
}

/// What came of a run.
pub struct Results {
    /// The backend's address.
    pub base_url: String,
    /// What it claims, or was found to have.
    pub capabilities: Capabilities,
    /// Where that was read.
    pub read_from: String,
    /// The open call, if there was one.
    pub programme: Option<String>,
    /// The call that is not open, if there was one.
    pub closed: Option<String>,
    /// Each check, in order.
    pub findings: Vec<Finding>,
    /// How long it all took.
    pub took: Duration,
    /// How much of that was waited because the backend asked for it.
    pub waited: Duration,
    /// How many requests were made.
    pub requests: u32,
    /// Keeps secrets out of what is said.
    pub conceal: crate::http::Client,
}

impl Results {
    /// How many passed, failed, were not offered and were not checked.
    pub fn counts(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for finding in &self.findings {
            counts[match finding.verdict {
                Verdict::Holds => 0,
                Verdict::FallsShort(_) => 1,
                Verdict::NotOffered(_) => 2,
                Verdict::NotChecked(_) | Verdict::NotGiven(_) => 3,
            }] += 1;
        }
        counts
    }

    /// What is offered and was to be checked, and of which nothing was found out all the same, each with the first reason. What was not
    /// found out for want of an option is no matter: whoever leaves it out knows.
    pub fn unknown(&self) -> Vec<(Capability, &str)> {
        let of_one = |capability: Capability| {
            let of_it = self.findings.iter().filter(move |finding| finding.check.capability == capability);
            let is_known = |finding: &Finding| matches!(finding.verdict, Verdict::Holds | Verdict::FallsShort(_));
            let why = of_it.clone().find_map(|finding| match &finding.verdict {
                Verdict::NotChecked(why) => Some(why.as_str()),
                _ => None,
            });
            let nothing_is = !of_it.clone().any(is_known);
            why.filter(|_| nothing_is).map(|why| (capability, why))
        };
        Capability::ALL.into_iter().filter_map(of_one).collect()
    }

    /// Whether everything that was to be found out was, and nothing fell short.
    pub fn is_good(&self) -> bool {
        self.counts()[1] == 0 && self.unknown().is_empty()
    }

    /// The ids of the checks that fell short.
    pub fn short(&self) -> Vec<&'static str> {
        let short = self
            .findings
            .iter()
            .filter(|finding| matches!(finding.verdict, Verdict::FallsShort(_)));
        short.map(|finding| finding.check.id).collect()
    }

    /// The report for people; with every check by name if `all`.
    pub fn text(&self, all: bool) -> String {
        report::text(self, all)
    }
}

/// Runs the checks. `progress` hears of each before it begins.
///
/// # Errors
/// When the backend cannot be reached at all, or what was named cannot be read.
pub fn run(options: Options, selection: &Selection, mut progress: impl FnMut(&Check)) -> Result<Results, String> {
    let began = Instant::now();
    let mut run = Run::begin(options)?;
    let mut findings = Vec::new();
    for check in checks::all().filter(|check| selection.has(check)) {
        progress(check);
        let began = Instant::now();
        let verdict = match judge(&run, check) {
            Ok(()) => Verdict::Holds,
            Err(Stop::Short(fault)) => Verdict::FallsShort(fault),
            Err(Stop::NotOffered(why)) => Verdict::NotOffered(why),
            Err(Stop::NotChecked(why)) => Verdict::NotChecked(why),
            Err(Stop::NotGiven(why)) => Verdict::NotGiven(why),
        };
        findings.push(Finding {
            check: *check,
            verdict,
            took: began.elapsed(),
        });
    }
    run.end();
    Ok(Results {
        base_url: run.http.base().to_owned(),
        capabilities: *run.claims.all(&run),
        read_from: run.claims.read_from.clone(),
        programme: run.programme().ok().map(|call| call.id.clone()),
        closed: run.closed().ok().map(str::to_owned),
        findings,
        took: began.elapsed(),
        waited: run.http.waited(),
        requests: run.http.requests(),
        conceal: run.http.clone(),
    })
}

fn judge(run: &Run, check: &Check) -> Result<(), Stop> {
    if !offers(run.claims.all(run), check.capability) {
        return Err(Stop::NotOffered(String::from("not claimed")));
    }
    (check.run)(run)
}
