//! What a backend can do beyond the least that an app needs: in `config.json` and in the contract that a backend serves of itself.
//! Whatever is left out, a backend cannot do.

use serde::{Deserialize, Serialize};

/// What a backend can do. The app says so and degrades where something is lacking; the conformance suite checks what is claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Capabilities {
    /// Honours `Idempotency-Key`, so that what is not idempotent may be repeated.
    pub idempotency: bool,
    /// What it does against two writers overwriting each other.
    pub concurrency: Concurrency,
    /// How it takes files.
    pub uploads: Uploads,
    /// Tells the staff's pages by itself when something changes, by server-sent events.
    pub events: bool,
    /// Has a clock that can be asked. Without one the `Date` header of its replies stands in (RFC 9110, section 6.6.1).
    pub clock: bool,
    /// Takes the digest of an application before the application, and the rest in the grace.
    pub seals: bool,
    /// Tells those who share a draft of one another.
    pub presence: bool,
    /// Puts another private link in the place of one, so that whoever had the old one is out.
    pub relink: bool,
    /// What it has for staff.
    pub staff: StaffSide,
}

/// What a backend does against two writers overwriting each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Concurrency {
    /// Nothing: the last one wins.
    #[default]
    None,
    /// Honours `If-Match` (RFC 9110, section 13.1.1).
    IfMatch,
}

/// How a backend takes files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Uploads {
    /// Not at all.
    #[default]
    None,
    /// Whole, in one request: tus 1.0's creation with upload, and nothing else of it. An interrupted one begins anew.
    Whole,
    /// In parts, going on where they stopped: tus 1.0 (core, creation, termination).
    Tus,
}

/// What a backend has for staff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "native", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StaffSide {
    /// Nothing.
    #[default]
    None,
    /// Sessions begun by one-time links.
    Links,
    /// Accounts: a name and a password.
    Accounts,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_left_out_a_backend_cannot_do() {
        let read: Capabilities = serde_json::from_value(json!({})).unwrap();
        assert_eq!(read, Capabilities::default());
        assert_eq!(
            serde_json::to_value(read).unwrap(),
            json!({"idempotency": false, "concurrency": "none", "uploads": "none", "events": false, "clock": false,
                "seals": false, "presence": false, "relink": false, "staff": "none"})
        );
    }

    #[test]
    fn what_can_be_claimed_has_its_name() {
        let claimed = json!({"idempotency": true, "concurrency": "if-match", "uploads": "tus", "events": true, "clock": true,
            "seals": true, "presence": true, "relink": true, "staff": "links"});
        let read: Capabilities = serde_json::from_value(claimed.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), claimed);
        let other = json!({"uploads": "whole", "staff": "accounts"});
        let read: Capabilities = serde_json::from_value(other).unwrap();
        assert_eq!((read.uploads, read.staff), (Uploads::Whole, StaffSide::Accounts));
    }
}
