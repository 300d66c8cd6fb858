//! What stores differ in beyond their descriptions, as their own clients know it.

/// The password of the organiser's account.
pub const PASSWORD: &str = "s3cr3t-s3cr3t";

/// A kind of store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Kinto.
    Kinto,
    /// PocketBase.
    PocketBase,
    /// Directus.
    Directus,
}

impl Kind {
    /// The one that runs here.
    pub fn here() -> Self {
        match said("OPENCALL_STORE").as_str() {
            "Kinto on memory" | "Kinto on PostgreSQL" => Self::Kinto,
            "PocketBase" => Self::PocketBase,
            "Directus" => Self::Directus,
            other => panic!("OPENCALL_STORE is {other}"),
        }
    }

    /// Whether it is this one that runs here.
    pub fn is_here(self) -> bool {
        Self::here() == self
    }

    /// The organiser's account.
    pub fn staff(self) -> &'static str {
        match self {
            Self::Kinto => "admin",
            Self::PocketBase => "ada@opencall.example",
            // It takes addresses of real top-level domains only.
            Self::Directus => "ada@example.com",
        }
    }

    /// The `config.json` that is shipped for it.
    pub fn config(self) -> &'static str {
        match self {
            Self::Kinto => include_str!("../../../deploy/records/kinto/config.json"),
            Self::PocketBase => include_str!("../../../deploy/records/pocketbase/config.json"),
            Self::Directus => include_str!("../../../deploy/records/directus/config.json"),
        }
    }

    /// What addresses begin with.
    pub fn base(self) -> String {
        let url = said("OPENCALL_STORE_URL");
        match self {
            Self::Kinto => format!("{url}/v1/buckets/opencall"),
            Self::PocketBase => format!("{url}/api/collections"),
            Self::Directus => url,
        }
    }

    /// Something whose `Date` is the time.
    pub fn clock(self) -> String {
        let url = said("OPENCALL_STORE_URL");
        match self {
            Self::Kinto => format!("{url}/v1/__heartbeat__"),
            Self::PocketBase => format!("{url}/api/health"),
            Self::Directus => format!("{url}/server/ping"),
        }
    }

    /// Whether it counts no versions itself.
    pub fn is_counted(self) -> bool {
        self != Self::Kinto
    }

    /// Whether its description claims that it compares versions.
    pub fn compares(self) -> bool {
        self != Self::Directus
    }

    /// Whether of those who change the same version at the same moment one is taken. Kinto on memory and Directus compare and write in two
    /// steps.
    pub fn is_careful(self) -> bool {
        self.compares() && said("OPENCALL_STORE") != "Kinto on memory"
    }

    /// Whether its lists say what was removed.
    pub fn tells_what_was_removed(self) -> bool {
        self == Self::Kinto
    }

    /// Whether whoever made an act may change or remove the record, of which the trail then still says what it said; elsewhere it is refused.
    pub fn keeps_a_trail(self) -> bool {
        self == Self::Kinto
    }

    /// Members by which a client may try to say when a record was written.
    pub fn times(self) -> &'static [&'static str] {
        match self {
            Self::Kinto => &["last_modified"],
            Self::PocketBase => &["created", "updated"],
            Self::Directus => &["received_at", "written_at"],
        }
    }

    /// A time as it writes one, of milliseconds since the Unix epoch.
    pub fn time(self, at: i64) -> serde_json::Value {
        match self {
            Self::Kinto => at.into(),
            Self::PocketBase => opencall_core::Timestamp::from_millis(at).to_string().replace('T', " ").into(),
            Self::Directus => opencall_core::Timestamp::from_millis(at).to_string().into(),
        }
    }

    /// An `Authorization` that was never given.
    pub fn stranger(self) -> &'static str {
        match self {
            // someone:else
            Self::Kinto => "Basic c29tZW9uZTplbHNl",
            Self::PocketBase | Self::Directus => "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c29tZW9uZQ",
        }
    }

    /// How a record is made: method and address.
    pub fn making(self, collection: &str, id: &str) -> (&'static str, String) {
        match self {
            Self::Kinto => ("PUT", self.record(collection, id)),
            Self::PocketBase | Self::Directus => ("POST", self.list(collection)),
        }
    }

    /// What the request in which the gateway makes a decision begins with.
    pub fn deciding(self) -> String {
        let (method, url) = self.making("decisions", "");
        format!("{method} {}{}", self.base(), url.split('?').next().unwrap_or_default())
    }

    /// Whether a request is for a list's second page or a later one.
    pub fn is_later_page(self, line: &str) -> bool {
        let goes_on = |from: &str| line.contains(from) && !line.contains(&format!("{from}-"));
        match self {
            Self::Kinto => line.contains("_token="),
            Self::PocketBase => goes_on("(id%3E'"),
            Self::Directus => line.contains("&page=") && !line.contains("&page=1"),
        }
    }

    /// The method that changes a record.
    pub fn rewriting(self) -> &'static str {
        match self {
            Self::Kinto => "PUT",
            Self::PocketBase | Self::Directus => "PATCH",
        }
    }

    /// The address of a record.
    pub fn record(self, collection: &str, id: &str) -> String {
        match self {
            Self::Kinto => format!("/collections/{collection}/records/{id}"),
            Self::PocketBase => format!("/{collection}/records/{id}"),
            Self::Directus => format!("/items/{collection}/{id}"),
        }
    }

    /// The address of the records of a collection.
    pub fn list(self, collection: &str) -> String {
        match self {
            Self::Kinto => format!("/collections/{collection}/records?_limit=500"),
            Self::PocketBase => format!("/{collection}/records?perPage=500"),
            Self::Directus => format!("/items/{collection}?limit=500"),
        }
    }

    /// A record as a body.
    pub fn body(self, record: serde_json::Value) -> serde_json::Value {
        match self {
            Self::Kinto => serde_json::json!({"data": record}),
            Self::PocketBase | Self::Directus => record,
        }
    }

    /// Where a record stands in a reply.
    pub fn envelope(self) -> &'static str {
        match self {
            Self::Kinto | Self::Directus => "/data",
            Self::PocketBase => "",
        }
    }

    /// Where a list's records stand in a reply.
    pub fn items(self) -> &'static str {
        match self {
            Self::Kinto | Self::Directus => "/data",
            Self::PocketBase => "/items",
        }
    }
}

/// What a variable says that `cargo xtask test records` sets.
fn said(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not said; `cargo xtask test records` starts a store and says it"))
}
