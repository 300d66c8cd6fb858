//! The server's clock. Everything that depends on time asks it, so that tests can move time.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use opencall_core::Timestamp;

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// For tests: a file that holds an RFC 3339 time (time stands still) or an offset in
    /// milliseconds such as `+3600000` (time runs, shifted). Read again at every question; the
    /// machine's clock counts while the file is missing or holds neither.
    File(PathBuf),
    /// For tests in this process: milliseconds since the epoch, set from outside.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// Now, to the millisecond.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system(),
            Self::File(path) => std::fs::read_to_string(path).map_or_else(|_| system(), |text| told(text.trim(), system())),
            Self::Manual(millis) => Timestamp::from_millis(millis.load(Ordering::SeqCst)),
        }
    }
}

fn system() -> Timestamp {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// The time that the content of a clock file tells.
fn told(text: &str, system: Timestamp) -> Timestamp {
    if let Some(fixed) = Timestamp::parse(text) {
        return fixed;
    }
    text.parse::<i64>().map_or(system, |offset| system.plus_millis(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_file_holds_a_time_or_an_offset() {
        let system = Timestamp::from_millis(1_000_000);
        assert_eq!(told("2023-12-01T22:59:59Z", system).to_string(), "2023-12-01T22:59:59Z");
        assert_eq!(told("+5000", system).millis(), 1_005_000);
        assert_eq!(told("-5000", system).millis(), 995_000);
        assert_eq!(told("tomorrow", system), system);
    }
}
