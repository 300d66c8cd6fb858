//! What a call is, as the document and the page tell of it.

use serde_json::Value;

use super::headers::Header;
use super::refusals::Refusal;

/// What a call belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// Calls and their documents.
    Programmes,
    /// The backend's time.
    Clock,
    /// One's own application.
    Application,
    /// Its digest, before the deadline.
    Seals,
    /// Its files.
    Uploads,
    /// Who else is at it.
    Presence,
    /// What partners are told.
    Partners,
    /// The staff's side.
    Staff,
    /// What changes, told as it happens.
    Events,
}

impl Tag {
    /// Every tag, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Programmes,
        Self::Clock,
        Self::Application,
        Self::Seals,
        Self::Uploads,
        Self::Presence,
        Self::Partners,
        Self::Staff,
        Self::Events,
    ];

    /// Its name in the document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Programmes => "programmes",
            Self::Clock => "clock",
            Self::Application => "application",
            Self::Seals => "seals",
            Self::Uploads => "uploads",
            Self::Presence => "presence",
            Self::Partners => "partners",
            Self::Staff => "staff",
            Self::Events => "events",
        }
    }

    /// What it is, and which capability it takes.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Programmes => "Calls, their documents and the keys that receipts are signed with. Every backend has them.",
            Self::Clock => {
                "The backend's time. Capability `clock`; without it apps take the `Date` header of other replies, which is exact to a second."
            }
            Self::Application => {
                "One's own application: begun, saved, submitted, withdrawn, taken out, erased. Every backend has it. `Idempotency-Key` is \
                 honoured with the capability `idempotency`, `If-Match` with `concurrency: if-match`."
            }
            Self::Seals => "The digest of an application, taken before the deadline. Capability `seals`.",
            Self::Uploads => {
                "Files by tus 1.0: in parts with the capability `uploads: tus`, in one request with `uploads: whole`, which is `createUpload` with the \
                 bytes, `removeFile` and `downloadFile`."
            }
            Self::Presence => "Who else has the same application open. Capability `presence`.",
            Self::Partners => "What partners are told of the applications that came by their pages. Optional: apps do not need it.",
            Self::Staff => "The staff's side. Capability `staff: links`: sessions that begin with a one-time link.",
            Self::Events => "Changes of the staff's table, told as they happen. Capability `events`; without it the app asks again.",
        }
    }
}

/// Who may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anyone.
    Anyone,
    /// Whoever has the application's token.
    Applicant,
    /// Whoever has a partner's token.
    Partner,
    /// Whoever has a one-time link; it is in the body.
    Link,
    /// Whoever is signed in; what the role has to have, if anything.
    Staff(Option<crate::role::Permission>),
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// Whether a request without it is refused.
    pub required: bool,
    /// What it looks like.
    pub schema: Value,
    /// What it says.
    pub about: &'static str,
    /// One that is right.
    pub example: Value,
}

/// What a request or a reply carries.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its media type.
    pub media: &'static str,
    /// What it looks like; nothing for bytes.
    pub schema: Value,
    /// One that is right; nothing for bytes.
    pub example: Option<Value>,
    /// What to know about it beside that.
    pub about: &'static str,
}

/// A way on from a reply: what of it another call takes.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The other call.
    pub to: &'static str,
    /// Parameters, by name, and the runtime expressions that give them.
    pub with: &'static [(&'static str, &'static str)],
}

/// A reply that is no refusal.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// When it comes, and what it says.
    pub about: &'static str,
    /// What it carries: nothing, one form, or several to choose from.
    pub bodies: Vec<Body>,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Ways on.
    pub links: Vec<Link>,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name.
    pub id: &'static str,
    /// Its method.
    pub method: &'static str,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// What it belongs to.
    pub tag: Tag,
    /// Who may make it.
    pub who: Who,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What it does, as somebody has to know who implements it.
    pub about: &'static str,
    /// Parameters: those of the path first.
    pub parameters: Vec<Parameter>,
    /// What a request carries.
    pub body: Option<Body>,
    /// Whether a request may go without it.
    pub body_is_optional: bool,
    /// Replies that are no refusals.
    pub replies: Vec<Reply>,
    /// Refusals, beside those that every call has.
    pub refusals: Vec<Refusal>,
}

/// A call; what is in the path is taken from [`super::headers::path`].
pub fn call(method: &'static str, path: &'static str, id: &'static str, tag: Tag, who: Who, summary: &'static str) -> Operation {
    Operation {
        id,
        method,
        path,
        tag,
        who,
        summary,
        about: "",
        parameters: super::headers::in_path(path),
        body: None,
        body_is_optional: false,
        replies: Vec::new(),
        refusals: Vec::new(),
    }
}

impl Operation {
    /// With what to know about it.
    pub fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// With parameters.
    pub fn takes(mut self, parameters: impl IntoIterator<Item = Parameter>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// With a body of JSON.
    pub fn json(self, schema: Value, example: Value) -> Self {
        self.body(Body {
            media: "application/json",
            schema,
            example: Some(example),
            about: "",
        })
    }

    /// With a body.
    pub fn body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// A request may go without its body.
    pub fn needs_no_body(mut self) -> Self {
        self.body_is_optional = true;
        self
    }

    /// With a reply.
    pub fn gives(mut self, reply: Reply) -> Self {
        self.replies.push(reply);
        self
    }

    /// With refusals of its own.
    pub fn refuses(mut self, refusals: impl IntoIterator<Item = Refusal>) -> Self {
        self.refusals.extend(refusals);
        self
    }
}

/// A reply without a body.
pub fn empty(status: u16, about: &'static str) -> Reply {
    Reply {
        status,
        about,
        bodies: Vec::new(),
        headers: Vec::new(),
        links: Vec::new(),
    }
}

/// A reply of JSON.
pub fn json(status: u16, about: &'static str, schema: Value, example: Value) -> Reply {
    empty(status, about).with(Body {
        media: "application/json",
        schema,
        example: Some(example),
        about: "",
    })
}

/// A body of bytes.
pub fn bytes(media: &'static str) -> Body {
    Body {
        media,
        schema: Value::Object(serde_json::Map::new()),
        example: None,
        about: "",
    }
}

impl Reply {
    /// With a body.
    pub fn with(mut self, body: Body) -> Self {
        self.bodies.push(body);
        self
    }

    /// With headers.
    pub fn headers(mut self, headers: impl IntoIterator<Item = Header>) -> Self {
        self.headers.extend(headers);
        self
    }

    /// With ways on.
    pub fn leads(mut self, links: impl IntoIterator<Item = (&'static str, &'static [(&'static str, &'static str)])>) -> Self {
        self.links.extend(links.into_iter().map(|(to, with)| Link { to, with }));
        self
    }
}

/// Every refusal that a call may meet: its own, and those that all have. Of two of one kind and status the one named last counts.
pub fn refusals(operation: &Operation) -> Vec<Refusal> {
    use super::refusals::{INTERNAL, RATE_LIMITED, STORAGE};
    let mut all: Vec<Refusal> = Vec::new();
    for refusal in [RATE_LIMITED, INTERNAL, STORAGE].iter().chain(&operation.refusals) {
        match all.iter_mut().find(|one| one.status == refusal.status && one.kind == refusal.kind) {
            Some(known) => *known = *refusal,
            None => all.push(*refusal),
        }
    }
    all.sort_by_key(|refusal| refusal.status);
    all
}
