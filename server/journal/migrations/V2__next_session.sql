-- What the door tells besides: who holds the circle (a row of `texts`, as title and agreements are),
-- how long a session is meant to last, and the hour of the next one.
ALTER TABLE circles ADD COLUMN held_by  INTEGER;
ALTER TABLE circles ADD COLUMN lasts_ms INTEGER;
ALTER TABLE circles ADD COLUMN next_at  INTEGER;
