-- What people say of how they were served is committed beside a petition, which bears the caller's key.
ALTER TABLE feedback DROP COLUMN key_hash, DROP COLUMN body_hash;
ALTER TABLE feedback_answer DROP COLUMN key_hash, DROP COLUMN body_hash;
