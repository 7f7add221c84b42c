//! How real repositories run their migrations, where they are at hand.
