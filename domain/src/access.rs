pub const CODES: &[&crate::Code] = &[];
