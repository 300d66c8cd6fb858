-- Saved views of the staff's list: a name for what stands in its address.
CREATE TABLE views (
    id TEXT NOT NULL PRIMARY KEY,
    programme TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    -- Whether everybody sees it, or its owner alone.
    shared BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (programme, person, name)
);
