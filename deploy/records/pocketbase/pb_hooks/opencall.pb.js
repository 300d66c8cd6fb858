/// What PocketBase's rules cannot say: whose a record is, that nobody overwrites anybody, and that nobody is written to. docs/records.md.

// Whoever makes it has it.
onRecordCreateRequest((e) => {
  e.record.set("owner", e.auth ? e.auth.id : "");
  e.next();
}, "applications", "submissions", "acts");

// A decision is shown to whom it is about.
onRecordCreateRequest((e) => {
  const found = e.app.findRecordsByFilter("applications", "id = {:id}", "", 1, 0, { id: e.record.id });
  e.record.set("owner", found.length ? found[0].get("owner") : "");
  e.next();
}, "decisions");

// A change is made of a version, and taken only while the record has that one: compared and written in one transaction. What superusers change
// in the dashboard is taken.
onRecordUpdateRequest((e) => {
  // Headers' names are written so here.
  const madeOf = (e.requestInfo().headers["if_match"] || "").replaceAll('"', "");
  e.app.runInTransaction((tx) => {
    const version = tx.findRecordById(e.record.collection().name, e.record.id).getInt("version");
    if (!e.hasSuperuserAuth() && madeOf !== String(version)) {
      throw new ApiError(412, "It was changed meanwhile.");
    }
    e.record.set("version", version + 1);
    if (e.record.collection().name === "applications") {
      // However a request names it: `owner+` does too.
      e.record.set("owner", e.record.original().get("owner"));
    }
    e.app = tx;
    e.next();
  });
}, "applications", "decisions", "notes");

// Whose session has ended is told so: PocketBase takes them for somebody without one, to whom there is nothing.
routerUse((e) => {
  if (e.request.header.get("Authorization") && !e.auth) {
    throw new UnauthorizedError("Sign in again.");
  }
  return e.next();
});

// Applicants' addresses are made up. Nobody has this server write to an address of their choosing.
onRecordRequestPasswordResetRequest((e) => {
  throw new ForbiddenError("Applicants have no mail.");
}, "applicants");
onRecordRequestVerificationRequest((e) => {
  throw new ForbiddenError("Applicants have no mail.");
}, "applicants");
onRecordRequestEmailChangeRequest((e) => {
  throw new ForbiddenError("Applicants have no mail.");
}, "applicants");
