-- What people say of how they were served: a grade of an item that has ended, a complaint about a step. A poor
-- grade and a complaint are open until a clerk or supervisor has answered; then a poor grade may be given once
-- more (turn 2). Nothing that anybody said is ever changed. Rules as in 0001.
CREATE TABLE feedback (
	id bigint NOT NULL,
	application bigint NOT NULL,
	account bigint NOT NULL,
	at timestamptz NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	day integer NOT NULL,                -- of `at` in Asia/Shanghai, days since 1970
	due integer,                         -- last day for the answer; null: none is owed, or no calendar yet
	item smallint NOT NULL,
	turn smallint NOT NULL CHECK (turn BETWEEN 0 AND 2),  -- of a rating; 0: a complaint
	grade smallint NOT NULL CHECK (grade BETWEEN 0 AND 5 AND (turn > 0) = (grade > 0)),
	open boolean NOT NULL,
	about text NOT NULL,
	event text NOT NULL,
	department text NOT NULL,
	key_hash uuid NOT NULL,
	body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
	text bytea,
	PRIMARY KEY (division, application, id)
) PARTITION BY RANGE (application);
ALTER TABLE feedback ALTER text SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX feedback_turn ON feedback (division, application, item, turn) WHERE turn > 0;
CREATE INDEX feedback_key ON feedback (account, key_hash);
CREATE INDEX feedback_open ON feedback (division, department, due) WHERE open;
CREATE INDEX feedback_day ON feedback (division, day);

CREATE TABLE feedback_answer (
	feedback bigint NOT NULL,
	application bigint NOT NULL,
	account bigint NOT NULL,
	at timestamptz NOT NULL,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	outcome text NOT NULL,
	key_hash uuid NOT NULL,
	body_hash bytea NOT NULL CHECK (length(body_hash) = 32),
	text bytea NOT NULL,
	PRIMARY KEY (division, application, feedback)
) PARTITION BY RANGE (application);
ALTER TABLE feedback_answer ALTER text SET STORAGE EXTERNAL;
