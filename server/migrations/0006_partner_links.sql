-- Links that show a partner its counts, one for each organiser of a programme. The same statements run on SQLite and on PostgreSQL.
CREATE TABLE partner_links (
    programme TEXT NOT NULL,
    partner TEXT NOT NULL,
    -- SHA-256 of the token; the token itself is nowhere.
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    -- Who made it; NULL for the command line.
    name TEXT,
    PRIMARY KEY (programme, partner)
);
