-- A store as versions before the first release created it, with one circle and one room.
PRAGMA application_id = 0x48727468;
CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255));
INSERT INTO refinery_schema_history VALUES
    (1, 'journal', '2025-01-01T00:00:00Z', '1'), (2, 'next_session', '2025-01-01T00:00:00Z', '2');
CREATE TABLE store (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    epoch     BLOB    NOT NULL CHECK (length(epoch) = 16),
    newest_at INTEGER NOT NULL
) STRICT;
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
    title      INTEGER NOT NULL,
    agreements INTEGER,
    settings   TEXT    NOT NULL
) STRICT;
CREATE TABLE entries (
    circle     INTEGER NOT NULL REFERENCES circles (id),
    role       TEXT    NOT NULL,
    entry_hash BLOB    NOT NULL CHECK (length(entry_hash) = 32),
    locker     TEXT    NOT NULL,
    PRIMARY KEY (circle, role)
) STRICT, WITHOUT ROWID;
CREATE TABLE bars (
    circle   INTEGER NOT NULL REFERENCES circles (id),
    key_hash BLOB    NOT NULL CHECK (length(key_hash) = 32),
    PRIMARY KEY (circle, key_hash)
) STRICT, WITHOUT ROWID;
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
CREATE TABLE snapshots (
    room INTEGER PRIMARY KEY REFERENCES rooms (id),
    seq  INTEGER NOT NULL,
    body TEXT    NOT NULL
) STRICT;
ALTER TABLE circles ADD COLUMN held_by  INTEGER;
ALTER TABLE circles ADD COLUMN lasts_ms INTEGER;
ALTER TABLE circles ADD COLUMN next_at  INTEGER;
INSERT INTO store VALUES (1, zeroblob(16), 0);
INSERT INTO circles (id, circle, made_at, title, settings) VALUES (1, zeroblob(16), 7, 1, '{}');
INSERT INTO rooms VALUES (1, zeroblob(16), 1, 1, zeroblob(16), 7, NULL, 0);
INSERT INTO events VALUES (1, 1, 1, 7, '{}');
