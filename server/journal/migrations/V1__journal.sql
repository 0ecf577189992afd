-- What happened in every room. Ids are the 16 bytes of a UUID; times are milliseconds since 1970.

-- One row: who this store is.
CREATE TABLE store (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    epoch     BLOB    NOT NULL CHECK (length(epoch) = 16),
    -- The newest time of any event of circles that are deleted: the clock never goes behind it.
    newest_at INTEGER NOT NULL
) STRICT;

-- Every human text, and nothing else holds one. How the words lie within `body`, and why, is
-- explained in src/sqlite/at_rest.rs. A text without a room belongs to a circle.
CREATE TABLE texts (
    id    INTEGER PRIMARY KEY,
    room  INTEGER REFERENCES rooms (id),
    words BLOB    NOT NULL CHECK (length(words) = 16),
    body  BLOB    NOT NULL,
    UNIQUE (room, words)
) STRICT;

CREATE TABLE circles (
    id         INTEGER PRIMARY KEY,
    circle     BLOB    NOT NULL UNIQUE CHECK (length(circle) = 16),
    made_at    INTEGER NOT NULL,
    -- Rows of `texts`. No foreign keys: they would make every erased text look through all circles.
    title      INTEGER NOT NULL,
    agreements INTEGER,
    settings   TEXT    NOT NULL
) STRICT;

-- One row for each kind of link.
CREATE TABLE entries (
    circle     INTEGER NOT NULL REFERENCES circles (id),
    role       TEXT    NOT NULL,
    entry_hash BLOB    NOT NULL CHECK (length(entry_hash) = 32),
    locker     TEXT    NOT NULL,
    PRIMARY KEY (circle, role)
) STRICT, WITHOUT ROWID;

-- Seat keys barred in a circle.
CREATE TABLE bars (
    circle   INTEGER NOT NULL REFERENCES circles (id),
    key_hash BLOB    NOT NULL CHECK (length(key_hash) = 32),
    PRIMARY KEY (circle, key_hash)
) STRICT, WITHOUT ROWID;

-- The head row of every room: appends compare with it, then move it.
CREATE TABLE rooms (
    id         INTEGER PRIMARY KEY,
    room       BLOB    NOT NULL UNIQUE CHECK (length(room) = 16),
    circle     INTEGER NOT NULL REFERENCES circles (id),
    head       INTEGER NOT NULL,
    last_batch BLOB    NOT NULL CHECK (length(last_batch) = 16),
    newest_at  INTEGER NOT NULL,
    deadline   INTEGER,
    ended      INTEGER NOT NULL CHECK (ended IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX rooms_one_live_of_a_circle ON rooms (circle) WHERE ended = 0;
CREATE INDEX rooms_by_circle ON rooms (circle);
CREATE INDEX rooms_by_deadline ON rooms (deadline) WHERE ended = 0 AND deadline IS NOT NULL;

CREATE TABLE events (
    id   INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms (id),
    seq  INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT    NOT NULL,
    UNIQUE (room, seq)
) STRICT;

-- The newest snapshot of a room, so that loading it need not fold its whole life.
CREATE TABLE snapshots (
    room INTEGER PRIMARY KEY REFERENCES rooms (id),
    seq  INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;
