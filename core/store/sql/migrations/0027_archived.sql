-- Months whose applications have left for a schema of their own (`yijianshi archive`). Written by the owner alone.
CREATE TABLE archived (
	first_id bigint NOT NULL, -- of the ids that the month's applications have, up to
	end_id bigint NOT NULL,   -- this one, which belongs to the next month
	applications bigint,      -- NULL as long as they were not read through there
	month integer PRIMARY KEY, -- year * 12 + month - 1
	left_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	heads bytea CHECK (length(heads) = 32) -- over the ends of all their histories
);
-- What their histories count: the counters stay, and `verify` needs both sides.
CREATE TABLE archived_counter (
	value bigint NOT NULL,
	month integer NOT NULL REFERENCES archived (month),
	division integer NOT NULL,
	day integer NOT NULL,
	event text NOT NULL,
	department text NOT NULL,
	measure text NOT NULL,
	PRIMARY KEY (month, division, day, event, department, measure)
);
