-- Ids are the 16 bytes of a UUID. Times are milliseconds since 1970.

-- One row, about the store itself.
CREATE TABLE store (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    epoch      BLOB    NOT NULL CHECK (length(epoch) = 16),
    -- Format of the bodies in `decisions` and `snapshots`: ROW_FORMAT in src/journal.rs.
    row_format INTEGER NOT NULL,
    -- Newest time of any row of deleted circles.
    newest_at  INTEGER NOT NULL
) STRICT;

-- All human texts; no other table contains any. src/sqlite/text_storage.rs explains how a text is
-- laid out in `body`, and why. Texts without a room belong to a
-- circle or to one of its bars.
CREATE TABLE texts (
    id      INTEGER PRIMARY KEY,
    room    INTEGER REFERENCES rooms (id),
    text_id BLOB    NOT NULL CHECK (length(text_id) = 16),
    body    BLOB    NOT NULL,
    UNIQUE (room, text_id)
) STRICT;

CREATE TABLE circles (
    id         INTEGER PRIMARY KEY,
    circle     BLOB    NOT NULL UNIQUE CHECK (length(circle) = 16),
    created_at    INTEGER NOT NULL,
    -- Rows of `texts`. With foreign keys, erasing a text would scan all circles.
    title      INTEGER NOT NULL,
    agreements INTEGER,
    held_by    INTEGER,
    settings   TEXT    NOT NULL,
    lasts_ms   INTEGER,
    next_at    INTEGER
) STRICT;

-- One row for each kind of link.
CREATE TABLE entries (
    circle     INTEGER NOT NULL REFERENCES circles (id),
    role       TEXT    NOT NULL,
    entry_hash BLOB    NOT NULL CHECK (length(entry_hash) = 32),
    locker     TEXT    NOT NULL,
    PRIMARY KEY (circle, role)
) STRICT, WITHOUT ROWID;

-- Seat keys barred from a circle until a host lifts the bar.
CREATE TABLE bars (
    circle   INTEGER NOT NULL REFERENCES circles (id),
    bar      BLOB    NOT NULL CHECK (length(bar) = 16),
    key_hash BLOB    NOT NULL CHECK (length(key_hash) = 32),
    -- Row of `texts`: the name that the person had.
    name     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (circle, bar)
) STRICT, WITHOUT ROWID;

-- Every append compares `head` with its own and moves it.
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

CREATE UNIQUE INDEX rooms_one_live_per_circle ON rooms (circle) WHERE ended = 0;
CREATE INDEX rooms_by_circle ON rooms (circle);
CREATE INDEX rooms_by_deadline ON rooms (deadline) WHERE ended = 0 AND deadline IS NOT NULL;

-- The logs of all rooms; each row is one decision.
CREATE TABLE decisions (
    id   INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms (id),
    seq  INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    body TEXT    NOT NULL,
    UNIQUE (room, seq)
) STRICT;

-- The newest snapshot of each room, so that loading a room needn't replay its whole log.
CREATE TABLE snapshots (
    room INTEGER PRIMARY KEY REFERENCES rooms (id),
    seq  INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;
