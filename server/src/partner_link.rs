//! `opencall-server partner-link`: the link that shows a partner its counts, beside a running server too.

use crate::api::problem::Failure;
use crate::api::staff::partners::{end_link, make_link};
use crate::clock::Clock;
use crate::config::PartnerLink;
use crate::programmes::{LoadError, Programmes};
use crate::store::{OpenError, Store};

/// Why no link can be made or taken back.
#[derive(Debug)]
pub enum PartnerLinkError {
    /// Programme documents have faults.
    Programmes(Vec<LoadError>),
    /// The store cannot be opened.
    Store(OpenError),
    /// There is no such organiser, or no link of it; or the database cannot be used.
    Refused(Failure),
}

impl std::fmt::Display for PartnerLinkError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Programmes(errors) => {
                f.write_str("programme documents cannot be read:")?;
                errors.iter().try_for_each(|error| write!(f, "\n{error}"))
            }
            Self::Store(error) => error.fmt(f),
            Self::Refused(failure) if failure.status() == 404 => {
                f.write_str("the programme's document names no such organiser, or it has no link; nothing was changed")
            }
            Self::Refused(_) => f.write_str("the database cannot be used; nothing was changed"),
        }
    }
}

impl std::error::Error for PartnerLinkError {}

/// Makes the link and gives its path, which is to be put behind the site's origin; or takes it back and says so.
///
/// # Errors
/// Why not; then nothing was changed.
pub async fn run(options: &PartnerLink) -> Result<String, PartnerLinkError> {
    let clock = options.clock_file.clone().map_or(Clock::System, Clock::File);
    let programmes = Programmes::open(options.kept.programme_sources()).map_err(PartnerLinkError::Programmes)?;
    let store = Store::open(&options.kept.data, options.kept.database_url.as_deref())
        .await
        .map_err(PartnerLinkError::Store)?;
    let (programme, partner) = (options.programme.as_str(), options.partner.as_str());
    let done = if options.take_back {
        let ended = end_link(&store, programme, partner, None, clock.now()).await;
        ended.map(|()| format!("{partner}: the link is taken back"))
    } else {
        let made = make_link(&store, &programmes, programme, partner, None, clock.now()).await;
        made.map(|made| made.link.unwrap_or_default())
    };
    store.close().await;
    done.map_err(PartnerLinkError::Refused)
}
