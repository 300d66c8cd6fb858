-- The same statements run on SQLite and on PostgreSQL.
-- Times are milliseconds since the Unix epoch; digests are lowercase hex; JSON is text.

CREATE TABLE applications (
    id TEXT NOT NULL PRIMARY KEY,
    programme TEXT NOT NULL,
    -- SHA-256 of the bearer token; the token itself is nowhere.
    token_hash TEXT NOT NULL UNIQUE,
    -- What people read out: K7QF-2MXD.
    reference TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    -- Counts the changes of the answers.
    version BIGINT NOT NULL,
    answers TEXT NOT NULL,
    locale TEXT NOT NULL,
    partner TEXT,
    extension BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE INDEX applications_by_programme ON applications (programme, status);

-- What was submitted, as it was; the highest ordinal counts.
CREATE TABLE submissions (
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL,
    version BIGINT NOT NULL,
    canonical TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- SHA-256 of the programme document it was validated against.
    programme_digest TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    PRIMARY KEY (application, ordinal)
);

CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- The kinds the field accepted when the upload began, separated by commas.
    accept TEXT NOT NULL,
    -- Set once the content is complete and checked.
    kind TEXT,
    sha256 TEXT,
    created_at BIGINT NOT NULL,
    completed_at BIGINT,
    -- 1: taken away by the applicant, kept because the last submission refers to it.
    removed BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX files_by_application ON files (application);

-- Which files a submission refers to.
CREATE TABLE submission_files (
    application TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    file TEXT NOT NULL,
    PRIMARY KEY (application, ordinal, file),
    FOREIGN KEY (application, ordinal) REFERENCES submissions (application, ordinal) ON DELETE CASCADE
);

CREATE TABLE events (
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL,
    at BIGINT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (application, ordinal)
);

-- Replies to requests that must not happen twice, for two days.
CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status BIGINT NOT NULL,
    etag TEXT,
    location TEXT,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
);

CREATE INDEX idempotency_by_age ON idempotency (created_at);
