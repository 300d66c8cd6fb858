-- Seals, signed receipts, replaced links, who is here, extensions. The same statements run on SQLite and on PostgreSQL.

-- What was signed of a submission (RFC 8785), by which key, and the signature in base64; NULL before there were signatures.
ALTER TABLE submissions ADD COLUMN statement TEXT;
ALTER TABLE submissions ADD COLUMN key_id TEXT;
ALTER TABLE submissions ADD COLUMN signature TEXT;

-- Digests that were received while the call was open to the applicant; no other is kept.
CREATE TABLE seals (
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL,
    digest TEXT NOT NULL,
    sealed_at BIGINT NOT NULL,
    statement TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (application, ordinal)
);

-- The public keys that were ever signed with: what they signed stays true.
CREATE TABLE signing_keys (
    key_id TEXT NOT NULL PRIMARY KEY,
    -- 32 bytes in base64.
    public_key TEXT NOT NULL,
    -- When it was last put in use.
    since BIGINT NOT NULL
);

-- More about an event: a new deadline and why.
ALTER TABLE events ADD COLUMN until BIGINT;
ALTER TABLE events ADD COLUMN reason TEXT;

-- The device that changed the answers last, as it calls itself.
ALTER TABLE applications ADD COLUMN changed_by TEXT;

-- Links that were replaced: SHA-256 of their tokens. They open nothing, and nothing is begun with them again.
CREATE TABLE replaced_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    replaced_at BIGINT NOT NULL
);

-- Who is at a draft right now; gone a minute after the last sign of life.
CREATE TABLE presence (
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    client TEXT NOT NULL,
    section TEXT,
    device TEXT,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (application, client)
);

-- Later deadlines of whole calls; the latest counts.
CREATE TABLE extensions (
    programme TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    reason TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (programme, ordinal)
);
