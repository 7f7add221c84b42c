//! What is read of pipelines, in small repositories and in real ones.

mod corpora;
mod repositories;
