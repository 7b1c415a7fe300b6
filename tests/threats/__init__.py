"""The threats of reference/mail.md, section 5.2: each row has its control and a test here."""
