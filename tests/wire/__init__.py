"""The wire matrix: every phase of SMTP and every defect of IMAP, by the state that it leaves."""
