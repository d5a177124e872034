-- What clerks work at in our own pages. Rules as in 0001.

-- A desk's queue: what lies before its clerks, one row an item or undo, however often it came. `due` is
-- the last day of its promise, in days since 1970 (2147483647: none is promised). Those that are done
-- stay out of the index, so a queue is as quick after millions of cases as on the first day.
CREATE TABLE desk (
	application bigint NOT NULL,
	arrived_at timestamptz NOT NULL,
	closed_at timestamptz,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	due integer NOT NULL,
	item smallint NOT NULL,
	round smallint NOT NULL,
	undo boolean NOT NULL,
	notice boolean NOT NULL,
	department text NOT NULL,
	PRIMARY KEY (division, application, item, undo)
) PARTITION BY RANGE (application);
CREATE INDEX desk_open ON desk (division, department, due, application, item, undo) WHERE closed_at IS NULL;

-- What one department asks another within a case, and its answer.
CREATE TABLE inquiry (
	id bigint NOT NULL,
	application bigint NOT NULL,
	asked_by bigint NOT NULL,
	asked_at timestamptz NOT NULL,
	answered_by bigint,
	answered_at timestamptz,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	due integer NOT NULL,
	item smallint NOT NULL,
	from_department text NOT NULL,
	to_department text NOT NULL,
	question bytea NOT NULL,
	answer bytea,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
ALTER TABLE inquiry ALTER question SET STORAGE EXTERNAL, ALTER answer SET STORAGE EXTERNAL;
CREATE INDEX inquiry_open ON inquiry (division, to_department, due, id) WHERE answered_at IS NULL;
CREATE INDEX inquiry_application ON inquiry (division, application);

-- A conference about a case that is stuck: who called it, the question, and what came of it.
CREATE TABLE conference (
	id bigint NOT NULL,
	application bigint NOT NULL,
	called_by bigint NOT NULL,
	called_at timestamptz NOT NULL,
	decided_by bigint,
	decided_at timestamptz,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	held_on integer NOT NULL,
	department text NOT NULL,
	question bytea NOT NULL,
	minutes bytea,
	PRIMARY KEY (division, id)
) PARTITION BY RANGE (id);
ALTER TABLE conference ALTER question SET STORAGE EXTERNAL, ALTER minutes SET STORAGE EXTERNAL;
CREATE INDEX conference_application ON conference (division, application);

-- Who is invited, the one that calls it among them: they see it, nobody else does.
CREATE TABLE conference_guest (
	conference bigint NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	department text NOT NULL,
	PRIMARY KEY (division, department, conference)
) PARTITION BY RANGE (conference);
CREATE INDEX conference_guest_of ON conference_guest (division, conference);
