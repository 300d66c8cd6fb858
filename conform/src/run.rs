//! What the checks of a run share. Whatever is costly is made once, when it is first needed.

use std::sync::OnceLock;

use opencall_core::Programme;
use opencall_core::contract::Uploads;
use opencall_core::programme::{Field, FileType, Kind};
use serde_json::{Value, json};

use crate::applying::Submitted;
use crate::check::{Outcome, Stop};
use crate::claims::Claims;
use crate::draft::Draft;
use crate::fill::Extent;
use crate::http::Client;
use crate::staff::Staff;
use crate::suite::Options;

/// A call whose document has been read.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its id.
    pub id: String,
    /// The document as it came.
    pub document: Value,
    /// What it says.
    pub programme: Programme,
}

/// One run against one backend.
pub struct Run {
    /// Makes the requests.
    pub http: Client,
    /// What was asked for.
    pub options: Options,
    /// What the backend claims.
    pub claims: Claims,
    open: Outcome<Call>,
    closed: Option<String>,
    some_draft: OnceLock<Outcome<Draft>>,
    staff: OnceLock<Outcome<Staff>>,
    for_staff: OnceLock<Outcome<Submitted>>,
}

impl Run {
    /// Finds out what there is to check: what is claimed, and which call is open and which is not.
    ///
    /// # Errors
    /// When the backend cannot be reached, or what was named cannot be read.
    pub fn begin(options: Options) -> Result<Self, String> {
        let http = Client::new(&options.base_url);
        if let Some((_, password)) = &options.account {
            http.conceal_password(password);
        }
        for secret in options.token.iter().chain(&options.closed_draft) {
            http.conceal(secret);
            http.conceal(secret.rsplit('#').next().unwrap_or_default());
        }
        let listed = http.request("GET", "/programmes").send().map_err(|stop| match stop {
            Stop::Short(fault) => fault.found.unwrap_or_default(),
            Stop::NotOffered(why) | Stop::NotChecked(why) | Stop::NotGiven(why) => why,
        })?;
        let claims = Claims::read(&http, options.config.as_deref())?;
        let listed = listed.value();
        let in_phase = |wanted: &[&str]| {
            let calls = listed.as_array().into_iter().flatten();
            let mut matching = calls.filter(|call| wanted.contains(&phase_of(call)));
            matching.find_map(|call| call["id"].as_str()).map(str::to_owned)
        };
        let is_open = |id: &String| {
            let calls = listed.as_array().into_iter().flatten();
            calls
                .filter(|call| call["id"] == id.as_str())
                .any(|call| matches!(phase_of(call), "open" | "last_hour"))
        };
        let named = options.programme.clone().or_else(|| claims.programme.clone().filter(is_open));
        let open = match named.or_else(|| in_phase(&["open", "last_hour"])) {
            Some(id) => read_call(&http, &id),
            None => Stop::not_checked("no call is open: name one with --programme"),
        };
        let closed = options
            .closed_programme
            .clone()
            .or_else(|| in_phase(&["closed", "not_yet_open", "grace"]));
        Ok(Self {
            http,
            options,
            claims,
            open,
            closed,
            some_draft: OnceLock::new(),
            staff: OnceLock::new(),
            for_staff: OnceLock::new(),
        })
    }

    /// The call that drafts are begun for.
    ///
    /// # Errors
    /// When there is none that is open and can be read.
    pub fn programme(&self) -> Outcome<&Call> {
        match &self.open {
            Ok(call) => Ok(call),
            Err(Stop::Short(fault)) => Stop::not_checked(format!("the call's document cannot be used: {}", fault.expected)),
            Err(other) => Err(other.clone()),
        }
    }

    /// The same, with what fell short when its document was read.
    ///
    /// # Errors
    /// When there is none that is open and can be read.
    pub fn document(&self) -> Outcome<&Call> {
        self.open.as_ref().map_err(Clone::clone)
    }

    /// The id of a call that is not open.
    ///
    /// # Errors
    /// When there is none.
    pub fn closed(&self) -> Outcome<&str> {
        match &self.closed {
            Some(id) => Ok(id),
            None => Stop::not_given("no call is closed: name one with --closed-programme"),
        }
    }

    /// A new draft with these answers.
    ///
    /// # Errors
    /// When it cannot be begun.
    pub fn draft(&self, answers: &Value) -> Outcome<Draft> {
        Ok(Draft::begin(&self.http, &self.programme()?.id, answers)?.0)
    }

    /// A draft that many checks share: each finds in it what the one before left, and leaves what it wants.
    ///
    /// # Errors
    /// When it cannot be begun.
    pub fn some_draft(&self) -> Outcome<&Draft> {
        self.some_draft
            .get_or_init(|| self.draft(&json!({})))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// A token that nothing belongs to.
    ///
    /// # Errors
    /// When this machine has no chance to give.
    pub fn nobody(&self) -> Outcome<Draft> {
        Draft::new(&self.http)
    }

    /// What repeats a request is only for backends that know one when it comes again.
    ///
    /// # Errors
    /// When this one does not claim to.
    pub fn needs_keys(&self) -> Outcome {
        if self.claims.all(self).idempotency {
            return Ok(());
        }
        Err(Stop::NotOffered(String::from("no Idempotency-Key")))
    }

    /// How files are taken.
    pub fn uploads(&self) -> Uploads {
        self.claims.all(self).uploads
    }

    /// The ids of two fields of the form in which a text can be kept, or of two made up: a draft takes any.
    pub fn text_fields(&self) -> [String; 2] {
        let fields = self
            .open
            .iter()
            .flat_map(|call| call.programme.steps.iter().flat_map(|step| &step.fields));
        let mut texts = fields.filter(|field| matches!(field.kind, Kind::Text { .. } | Kind::LongText { .. }));
        ["conformance_a", "conformance_b"].map(|made_up| texts.next().map_or_else(|| made_up.to_owned(), |field| field.id.clone()))
    }

    /// A field outside groups that takes a file.
    ///
    /// # Errors
    /// When the call has none.
    pub fn file_field(&self) -> Outcome<(&Field, FileType, u64)> {
        let call = self.programme()?;
        let mut fields = call.programme.steps.iter().flat_map(|step| &step.fields);
        let found = fields.find_map(|field| match &field.kind {
            Kind::File { accept, max_bytes, .. } => Some((field, *accept.first()?, *max_bytes)),
            _ => None,
        });
        match found {
            Some(found) => Ok(found),
            None => Stop::not_checked("the call asks for no file"),
        }
    }

    /// The session of the staff's.
    ///
    /// # Errors
    /// When there is no link to begin one with.
    pub fn staff(&self) -> Outcome<&Staff> {
        self.staff.get_or_init(|| Staff::sign_in(self)).as_ref().map_err(Clone::clone)
    }

    /// The application that staff's checks are about. It is the suite's own.
    ///
    /// # Errors
    /// When it cannot be submitted.
    pub fn for_staff(&self) -> Outcome<&Submitted> {
        let made = || self.submitted(Extent::Everything);
        self.for_staff.get_or_init(made).as_ref().map_err(Clone::clone)
    }

    /// Erases what was begun and signs out.
    pub fn end(&mut self) {
        self.some_draft.take();
        self.for_staff.take();
        if let Some(Ok(staff)) = self.staff.take() {
            staff.sign_out();
        }
    }
}

/// Where a call in the list stands.
pub fn phase_of(call: &Value) -> &str {
    let phase = &call["phase"];
    phase.as_str().or_else(|| phase["phase"].as_str()).unwrap_or_default()
}

/// Reads a call's document.
///
/// # Errors
/// When it cannot be read, or has faults.
pub fn read_call(http: &Client, id: &str) -> Outcome<Call> {
    let reply = http.request("GET", &format!("/programmes/{id}")).send()?;
    let document = reply.json(&[200])?;
    let programme = Programme::load(&document.to_string()).map_err(|faults| {
        let faults: Vec<String> = faults.iter().take(3).map(ToString::to_string).collect();
        reply.short_of("a programme document without faults (docs/programmes.md)", faults.join("; "))
    })?;
    Ok(Call {
        id: id.to_owned(),
        document,
        programme,
    })
}
