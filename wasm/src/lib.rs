//! JSON in, JSON out.
