//! srnn_checkpoint.rs - the state of a training run in one file
use super::*;
use std::ffi::CString;
use std::marker::PhantomData;

mod sealed {
    pub trait Object {
        fn object(&mut self) -> *mut std::os::raw::c_void;
    }
}

/// What a checkpoint can hold: a model, optimizer, clipper, regularizer, generator or workspace.
pub trait Part: sealed::Object {}

macro_rules! part {
    ($name:ident, $($place:tt)+) => {
        impl sealed::Object for $name {
            fn object(&mut self) -> *mut c_void {
                self.$($place)+.cast()
            }
        }
        impl Part for $name {}
    };
}
part!(Model, 0);
part!(Optimizer, 0);
part!(Clipper, 0);
part!(Regularizer, 0);
part!(Random, 0);
part!(Workspace, handle.0);

/// A string for C, which ends at its first zero.
fn terminated(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error(E_RANGE))
}

/// A list of parts and an open file, which it borrows: the same list saves a run and restores it.
pub struct Checkpoint<'a> {
    handle: CheckpointHandle,
    texts: Vec<CString>, // C has their addresses
    borrowed: PhantomData<&'a mut [u8]>,
}

impl<'a> Checkpoint<'a> {
    /// A list of at most `parts` parts.
    pub fn new(parts: u32) -> Result<Checkpoint<'a>> {
        create(|it| unsafe { c::srnn_checkpoint_create(None, null_mut(), parts, it) })
            .map(CheckpointHandle)
            .map(|handle| Checkpoint { handle, texts: Vec::new(), borrowed: PhantomData })
    }

    pub fn add(&mut self, name: &str, part: &'a mut impl Part) -> Result<()> {
        let name = terminated(name)?;
        check(unsafe { c::srnn_checkpoint_add(self.handle.0, name.as_ptr(), part.object()) })
    }

    /// Adds bytes, which `restore` writes to.
    pub fn add_bytes(&mut self, name: &str, data: &'a mut [u8]) -> Result<()> {
        let (name, bytes) = (terminated(name)?, data.len());
        check(unsafe {
            let data = data.as_mut_ptr().cast();
            c::srnn_checkpoint_add_bytes(self.handle.0, name.as_ptr(), data, bytes)
        })
    }

    pub fn add_text(&mut self, name: &str, text: &str) -> Result<()> {
        let (name, text) = (terminated(name)?, terminated(text)?);
        check(unsafe { c::srnn_checkpoint_add_text(self.handle.0, name.as_ptr(), text.as_ptr()) })?;
        self.texts.push(text);
        Ok(())
    }

    /// The file of all parts in the list.
    pub fn save(&self) -> Result<Vec<u8>> {
        saved(|buffer, capacity, bytes| unsafe {
            c::srnn_checkpoint_save(self.handle.0, buffer, capacity, bytes)
        })
    }

    pub fn open(&mut self, archive: &'a [u8]) -> Result<()> {
        let (data, bytes) = (archive.as_ptr().cast(), archive.len());
        check(unsafe { c::srnn_checkpoint_open(self.handle.0, data, bytes) })
    }

    /// Gives all parts of the list what the open file has under their names, or changes none.
    pub fn restore(&mut self) -> Result<()> {
        check(unsafe { c::srnn_checkpoint_restore(self.handle.0) })
    }

    /// The name and kind of each part of the open file; the kind of a later version's is 0.
    pub fn parts(&self) -> Result<Vec<(String, u32)>> {
        let mut found = Vec::new();
        loop {
            let (mut kind, mut name) = (0, [0 as c_char; PART_NAME_BYTES as usize]);
            let index = found.len() as u32;
            match check(unsafe {
                c::srnn_checkpoint_part(self.handle.0, index, &mut kind, name.as_mut_ptr())
            }) {
                Ok(()) => {
                    let name = unsafe { CStr::from_ptr(name.as_ptr()) };
                    found.push((name.to_string_lossy().into_owned(), kind));
                }
                Err(Error(E_RANGE)) => return Ok(found),
                Err(error) => return Err(error),
            }
        }
    }

    /// A number about a part of the open file: STORED_HIDDEN, STORED_BYTES.
    pub fn get(&self, name: &str, key: u32) -> Result<f64> {
        let name = terminated(name)?;
        number_from(|value| unsafe {
            c::srnn_checkpoint_get(self.handle.0, name.as_ptr(), key, value)
        })
    }

    /// The bytes of a part, where they lie in the open file.
    pub fn bytes(&self, name: &str) -> Result<&[u8]> {
        let (name, mut data, mut bytes) = (terminated(name)?, null(), 0);
        check(unsafe {
            c::srnn_checkpoint_bytes(self.handle.0, name.as_ptr(), &mut data, &mut bytes)
        })?;
        Ok(unsafe { slice::from_raw_parts(data.cast(), bytes) })
    }

    pub fn text(&self, name: &str) -> Result<String> {
        let (name, mut length) = (terminated(name)?, 0);
        let copy = |text, capacity, length: &mut usize| {
            check(unsafe {
                c::srnn_checkpoint_text(self.handle.0, name.as_ptr(), text, capacity, length)
            })
        };
        copy(null_mut(), 0, &mut length)?;
        let mut text = vec![0; length + 1];
        copy(text.as_mut_ptr().cast(), text.len(), &mut length)?;
        text.truncate(length);
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}
