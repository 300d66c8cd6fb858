// Opencall's records in Directus 11: collections, who may read and write them, and registration of applicants. docs/records.md.
//
//     DIRECTUS_TOKEN=... node setup.mjs https://directus.example.org
//
// The token is an administrator's. It makes what is not there yet; permissions and the settings of registration are set anew. It stops at a
// collection of one of these names that is not Opencall's.

const [url] = process.argv.slice(2);
const token = process.env.DIRECTUS_TOKEN;
if (!url || !token) {
  console.error("usage: DIRECTUS_TOKEN=... node setup.mjs URL");
  process.exit(2);
}

/** The domain of applicants' made-up addresses, as config.json has it. */
const APPLICANTS = "@applicants.example.com";

/** A request of the administrator's; what stands in the reply's data. */
async function ask(method, path, body) {
  const reply = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const told = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${told}`);
  return told ? JSON.parse(told).data : undefined;
}

const field = (name, type, meta = {}, schema = {}) => ({ field: name, type, meta, schema });
const text = (name) => field(name, "text");
const short = (name) => field(name, "string", {}, { max_length: 255 });
const json = (name) => field(name, "json", { special: ["cast-json"] });
const whole = (name) => field(name, "integer");
// Set by Directus, whatever a request says: whose a record is, when it was made, when it was written last.
const ALWAYS = [
  whole("version"),
  field("user_created", "uuid", { special: ["user-created"] }),
  field("received_at", "timestamp", { special: ["date-created"] }),
  field("written_at", "timestamp", { special: ["date-created", "date-updated"] }),
];
const FIELDS = {
  programmes: [json("document")],
  applications: [
    short("programme"),
    json("answers"),
    short("locale"),
    text("partner"),
    text("referrer"),
    text("campaign"),
    short("begun_at"),
    text("changed_by"),
  ],
  submissions: [short("application"), short("programme"), whole("draft_version"), text("canonical")],
  acts: [short("application"), short("programme"), short("act"), whole("draft_version"), short("digest")],
  decisions: [short("status"), short("about"), short("moved_at")],
  notes: [json("notes"), json("moves")],
};
const names = (collection) => FIELDS[collection].map((one) => one.field);

// No copies of what is written, and of who wrote it from where: or they would outlive what is erased.
const meta = { icon: "inbox", accountability: null };
const known = new Set((await ask("GET", "/collections")).map((one) => one.collection));
const id = field("id", "string", {}, { is_primary_key: true, max_length: 120 });
const ours = Object.entries(FIELDS).map(([collection, fields]) => [collection, [id, ...fields, ...ALWAYS]]);
const members = (all) => [...all].sort().join(", ");
for (const [collection, fields] of ours.filter(([collection]) => known.has(collection))) {
  const there = members((await ask("GET", `/fields/${collection}`)).map((one) => one.field));
  if (there !== members(fields.map((one) => one.field))) {
    throw new Error(`there is a collection ${collection} with other members: ${there}`);
  }
}
for (const [collection, fields] of ours) {
  if (known.has(collection)) await ask("PATCH", `/collections/${collection}`, { meta });
  else await ask("POST", "/collections", { collection, meta, schema: {}, fields });
}
const related = new Set((await ask("GET", "/relations")).map((one) => `${one.collection}.${one.field}`));
for (const [collection, name, other, on_delete] of [
  // What was submitted and done goes with the draft, and not alone.
  ["submissions", "application", "applications", "CASCADE"],
  ["acts", "application", "applications", "CASCADE"],
  // What was decided is about an act, and whoever made the act may read it.
  ["decisions", "about", "acts", "SET NULL"],
]) {
  if (related.has(`${collection}.${name}`)) continue;
  await ask("POST", "/relations", { collection, field: name, related_collection: other, schema: { on_delete }, meta: {} });
}

const OWN = { user_created: { _eq: "$CURRENT_USER" } };
const read = (collection, permissions = {}, fields = ["*"]) => ({ collection, action: "read", fields, permissions });
const create = (collection, fields) => ({ collection, action: "create", fields: ["id", "version", ...fields] });
const update = (collection, fields, permissions = {}) => ({ collection, action: "update", fields: ["version", ...fields], permissions });
const remove = (collection, permissions = {}) => ({ collection, action: "delete", permissions });
const APPLICANT = [
  read("programmes"),
  read("decisions", { about: OWN }, ["id", "version", "written_at", ...names("decisions")]),
  create("applications", names("applications")),
  update("applications", ["answers", "changed_by"], OWN),
  ...["submissions", "acts"].map((collection) => create(collection, names(collection))),
  remove("applications", OWN),
  ...["applications", "submissions", "acts"].map((collection) => read(collection, OWN)),
];
const STAFF = [
  ...Object.keys(FIELDS).map((collection) => read(collection)),
  ...["programmes", "decisions", "notes"].flatMap((collection) =>
    [create, update].map((may) => may(collection, names(collection))),
  ),
  ...["decisions", "notes"].map((collection) => remove(collection)),
];

/** Gives a policy these permissions and no others. */
async function permit(policy, permissions) {
  const before = await ask("GET", `/permissions?filter[policy][_eq]=${policy}&limit=-1`);
  if (before.length) await ask("DELETE", "/permissions", before.map((one) => one.id));
  await ask("POST", "/permissions", permissions.map((one) => ({ ...one, policy })));
}

/** A role with a policy of the same name; made if need be. */
async function role(name, permissions) {
  const named = `?filter[name][_eq]=${name}`;
  const plain = { name, icon: "badge", app_access: false, admin_access: false };
  const policy = (await ask("GET", `/policies${named}`))[0] ?? (await ask("POST", "/policies", plain));
  const holding = { name, policies: { create: [{ policy: policy.id }], update: [], delete: [] } };
  const found = (await ask("GET", `/roles${named}`))[0] ?? (await ask("POST", "/roles", holding));
  await permit(policy.id, permissions);
  return found.id;
}

const applicant = await role("opencall-applicant", APPLICANT);
const staff = await role("opencall-staff", STAFF);
// Everybody reads programmes. What else the public policy holds stays.
const [everybody] = await ask("GET", "/access?filter[role][_null]=true&filter[user][_null]=true");
const shown = await ask("GET", `/permissions?filter[policy][_eq]=${everybody.policy}&filter[collection][_eq]=programmes`);
if (!shown.length) await ask("POST", "/permissions", { ...read("programmes"), policy: everybody.policy });
await ask("PATCH", "/settings", {
  public_registration: true,
  public_registration_verify_email: false,
  public_registration_role: applicant,
  public_registration_email_filter: { _and: [{ email: { _ends_with: APPLICANTS } }] },
});
console.log(`ready; staff have the role opencall-staff (${staff})`);
