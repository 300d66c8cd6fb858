//! Whole ways through the app, in Chromium, against the real server.
