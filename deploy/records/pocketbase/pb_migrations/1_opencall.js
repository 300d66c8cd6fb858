/// What Opencall keeps in PocketBase, and who may read and write it: docs/records.md. PocketBase runs this once, when it starts.

migrate(
  (app) => {
    const IS_STAFF = '@request.auth.collectionName = "staff"';
    // To nobody, an owner that is empty would be equal.
    const IS_OWNER = '@request.auth.id != "" && owner = @request.auth.id';
    const READS = `(${IS_OWNER}) || ${IS_STAFF}`;
    // pb_hooks/opencall.pb.js writes the owner; nobody else does. Without the hook nothing can be made at all.
    const MAKES = '@request.auth.collectionName = "applicants" && @request.body.owner:isset = false';

    const auth = (name, more) => ({
      type: "auth",
      name,
      // Applicants' addresses are made up, and nobody is to be written to.
      authAlert: { enabled: false },
      otp: { enabled: false },
      mfa: { enabled: false },
      passwordAuth: { enabled: true, identityFields: ["email"] },
      ...more,
    });
    app.save(new Collection(auth("staff", {})));
    // Whoever begins an application registers here, by what is derived from its private link. config.json makes addresses of this domain.
    app.save(new Collection(auth("applicants", { createRule: "@request.body.email ~ '%@opencall.invalid'" })));
    const applicants = app.findCollectionByNameOrId("applicants").id;

    const text = (name, max) => ({ type: "text", name, max });
    const needed = (name, max) => ({ type: "text", name, max, required: true });
    const number = (name) => ({ type: "number", name, onlyInt: true });
    const json = (name) => ({ type: "json", name, maxSize: 600000 });
    const owner = (required) => ({ type: "relation", name: "owner", collectionId: applicants, maxSelect: 1, required, cascadeDelete: false });
    const base = (name, fields, rules, indexes) =>
      app.save(
        new Collection({
          type: "base",
          name,
          fields: [
            { type: "text", name: "id", primaryKey: true, required: true, system: true, min: 1, max: 120, pattern: "^[a-z0-9-]+$" },
            ...fields,
            { type: "number", name: "version", onlyInt: true },
            // Set by PocketBase, whatever a request says: the time of an act decides whether it was in time.
            { type: "autodate", name: "created", onCreate: true },
            { type: "autodate", name: "updated", onCreate: true, onUpdate: true },
          ],
          indexes: [`create index by_update_of_${name} on ${name} (updated)`, ...(indexes ?? [])],
          ...rules,
        }),
      );

    // What is submitted and done is neither changed nor removed, but with the draft: or one could choose afterwards what counts.
    const kept = { listRule: READS, viewRule: READS, createRule: `${MAKES} && application.owner = @request.auth.id` };
    const of = (name) => [`create index by_application_of_${name} on ${name} (application)`];
    base("programmes", [json("document")], { listRule: "", viewRule: "", createRule: IS_STAFF, updateRule: IS_STAFF });
    base(
      "applications",
      [
        needed("programme", 100),
        json("answers"),
        text("locale", 20),
        text("partner", 2000),
        text("referrer", 2000),
        text("campaign", 2000),
        text("begun_at", 40),
        text("changed_by", 500),
        owner(true),
      ],
      {
        listRule: READS,
        viewRule: READS,
        createRule: MAKES,
        updateRule: `${IS_OWNER} && @request.body.owner:isset = false && @request.body.programme:isset = false`,
        deleteRule: IS_OWNER,
      },
    );
    const applications = app.findCollectionByNameOrId("applications").id;
    const application = { type: "relation", name: "application", collectionId: applications, maxSelect: 1, required: true, cascadeDelete: true };
    base(
      "submissions",
      [application, needed("programme", 100), number("draft_version"), needed("canonical", 600000), owner(true)],
      kept,
      of("submissions"),
    );
    base(
      "acts",
      [
        application,
        needed("programme", 100),
        { type: "select", name: "act", values: ["submitted", "withdrawn"], maxSelect: 1, required: true },
        number("draft_version"),
        text("digest", 64),
        owner(true),
      ],
      kept,
      of("acts"),
    );
    base("decisions", [text("status", 40), text("about", 120), text("moved_at", 40), owner(false)], {
      listRule: READS,
      viewRule: READS,
      createRule: IS_STAFF,
      updateRule: IS_STAFF,
      deleteRule: IS_STAFF,
    });
    // Of one address on the network; a school's or an office's may be many people's.
    const settings = app.settings();
    settings.rateLimits.enabled = true;
    settings.rateLimits.rules = [
      { label: "staff:auth", maxRequests: 10, duration: 60 },
      { label: "_superusers:auth", maxRequests: 10, duration: 60 },
      { label: "applicants:create", maxRequests: 60, duration: 60 },
      { label: "/api/", maxRequests: 600, duration: 10 },
    ];
    app.save(settings);
    base("notes", [json("notes"), json("moves")], {
      listRule: IS_STAFF,
      viewRule: IS_STAFF,
      createRule: IS_STAFF,
      updateRule: IS_STAFF,
      deleteRule: IS_STAFF,
    });
  },
  (app) => {
    for (const name of ["notes", "decisions", "acts", "submissions", "applications", "programmes", "applicants", "staff"]) {
      app.delete(app.findCollectionByNameOrId(name));
    }
  },
);
