-- What led an applicant here, beside the partner: the origin of the page before, and the campaign of its link.
ALTER TABLE applications ADD COLUMN referrer TEXT;
ALTER TABLE applications ADD COLUMN campaign TEXT;
