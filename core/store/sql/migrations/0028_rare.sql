-- What few applications are, past millions of others: those that are in progress, wait for their applicant or were
-- withdrawn (the status changes with these only: all other steps of `progress` stay within their page) ...
CREATE INDEX progress_unfinished ON progress (division, status, id) WHERE status <> 2;
-- ... those of one event ...
CREATE INDEX application_event ON application (division, event, id);
-- ... and the newest of one person, whatever the planner believes of how many he has.
DROP INDEX application_person;
CREATE INDEX application_person ON application (person, id);
