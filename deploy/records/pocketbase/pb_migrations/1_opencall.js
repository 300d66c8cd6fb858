/// What Opencall keeps in PocketBase, and who may read and write it: docs/records.md. PocketBase runs this once, when it starts.

migrate(
  (app) => {
    const IS_STAFF = '@request.auth.collectionName = "staff"';
    const IS_OWNER = "owner = @request.auth.id";
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
    // Whoever begins an application registers here, by what is derived from its private link.
    app.save(new Collection(auth("applicants", { createRule: "" })));
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

    const own = (update) => ({
      listRule: `${IS_OWNER} || ${IS_STAFF}`,
      viewRule: `${IS_OWNER} || ${IS_STAFF}`,
      createRule: MAKES,
      updateRule: update,
      deleteRule: IS_OWNER,
    });
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
      own(`${IS_OWNER} && @request.body.owner:isset = false && @request.body.programme:isset = false`),
    );
    base(
      "submissions",
      [needed("application", 64), needed("programme", 100), number("draft_version"), needed("canonical", 600000), owner(true)],
      own(null),
      of("submissions"),
    );
    base(
      "acts",
      [
        needed("application", 64),
        needed("programme", 100),
        { type: "select", name: "act", values: ["submitted", "withdrawn"], maxSelect: 1, required: true },
        number("draft_version"),
        text("digest", 64),
        owner(true),
      ],
      own(null),
      of("acts"),
    );
    base("decisions", [text("status", 40), text("about", 120), text("moved_at", 40), owner(false)], {
      listRule: `${IS_OWNER} || ${IS_STAFF}`,
      viewRule: `${IS_OWNER} || ${IS_STAFF}`,
      createRule: IS_STAFF,
      updateRule: IS_STAFF,
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
    base("notes", [json("notes"), json("moves")], { listRule: IS_STAFF, viewRule: IS_STAFF, createRule: IS_STAFF, updateRule: IS_STAFF });
  },
  (app) => {
    for (const name of ["notes", "decisions", "acts", "submissions", "applications", "programmes", "applicants", "staff"]) {
      app.delete(app.findCollectionByNameOrId(name));
    }
  },
);
