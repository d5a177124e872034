-- What is overdue: a promise has passed and its department has not answered, until it does. As `attention` is.
CREATE TABLE overdue (
	application bigint NOT NULL,
	since timestamptz NOT NULL, -- the end of the promise's last day
	settled_at timestamptz,
	division integer NOT NULL CHECK (division BETWEEN 110000 AND 999999),
	item smallint NOT NULL,
	department text NOT NULL,
	PRIMARY KEY (division, application, item)
) PARTITION BY RANGE (application);
CREATE INDEX overdue_open ON overdue (division, since, application, item) WHERE settled_at IS NULL;
