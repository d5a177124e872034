-- What few applications are, past millions of others: those that are in progress, wait for their applicant or were
-- withdrawn (the status changes with these only: all other steps of `progress` stay within their page) ...
CREATE INDEX progress_unfinished ON progress (division, status, id) WHERE status <> 2;
-- ... and those of one event.
CREATE INDEX application_event ON application (division, event, id);
