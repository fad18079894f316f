//! declarations.rs - what examples/ffi/rust declares of srnn.h beside what bindgen makes of it: the
//! compiler tells where the two differ
#![allow(dead_code, non_camel_case_types)]
#![deny(clashing_extern_declarations)]

mod made {
    include!(concat!(env!("DECLARATIONS"), "/bindings.rs"));
}
mod written {
    include!(concat!(env!("DECLARATIONS"), "/written.rs"));
}
