-- Staff: people, their one-time links and sessions, what they have done, notes, moves; and a number for every change of an
-- application. The same statements run on SQLite and on PostgreSQL.

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- One-time links: SHA-256 of their secrets. Used once, they are gone.
CREATE TABLE staff_links (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    -- For whom; empty for the first organiser, whom nobody knows.
    name TEXT NOT NULL,
    -- The person it signs in again; NULL where it makes a new one.
    person TEXT REFERENCES people (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE staff_sessions (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- Numbers that count on. Whoever takes the next one holds its row until the transaction ends, so that numbers are
-- committed in their order: a reader who has seen one has seen all before it.
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- Only ever added to.
CREATE TABLE audit (
    ordinal BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    -- The person's id and name; NULL for the command line.
    person TEXT,
    name TEXT,
    what TEXT NOT NULL,
    about TEXT,
    detail TEXT
);

-- The number of the application's last change among its programme's.
ALTER TABLE applications ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
-- Its row of the staff's table as it travels, and what it was written for; recomputed where that is something else.
ALTER TABLE applications ADD COLUMN cells TEXT;
ALTER TABLE applications ADD COLUMN cells_for TEXT;
CREATE INDEX applications_by_revision ON applications (programme, revision, id);

-- Applications that were erased: no more than that there was one.
CREATE TABLE gone (
    programme TEXT NOT NULL,
    revision BIGINT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (programme, revision)
);

-- Who did it, where it was staff, and from where to where.
ALTER TABLE events ADD COLUMN by_name TEXT;
ALTER TABLE events ADD COLUMN from_status TEXT;
ALTER TABLE events ADD COLUMN to_status TEXT;

CREATE TABLE notes (
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL,
    at BIGINT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (application, ordinal)
);

-- Many moved at once, for as long as that can be undone.
CREATE TABLE moves (
    id TEXT NOT NULL PRIMARY KEY,
    programme TEXT NOT NULL,
    person TEXT NOT NULL,
    to_status TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    undone_at BIGINT
);

CREATE TABLE move_items (
    move TEXT NOT NULL REFERENCES moves (id) ON DELETE CASCADE,
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    from_status TEXT NOT NULL,
    PRIMARY KEY (move, application)
);
