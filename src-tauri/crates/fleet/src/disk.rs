//! What must outlive the process: a few small files.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::PathBuf,
};

/// A folder of small files.
pub trait Disk {
    /// The file's bytes; `None` when there is none, or none that can be read.
    fn read(&self, name: &str) -> Option<Vec<u8>>;
    /// Replaces the file: either all of the new bytes are there afterwards or all of the old, even after a power cut.
    ///
    /// # Errors
    /// The disk is full, read-only or broken.
    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Appends to the file.
    ///
    /// # Errors
    /// As [`Disk::write`]; a part of the bytes may be there then.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Takes the file away; one that is not there is no error.
    fn remove(&mut self, name: &str);
    /// The names of all files, in order.
    fn names(&self) -> Vec<String>;
}

/// A real folder.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder, which is made when the first file is written.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }
}

impl Disk for Folder {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(name)).ok()
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let beside = self.0.join(format!("{name}.new"));
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(beside, self.0.join(name))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        OpenOptions::new().create(true).append(true).open(self.0.join(name))?.write_all(bytes)
    }

    fn remove(&mut self, name: &str) {
        // What cannot be taken away now is found again at the next start.
        let _ = fs::remove_file(self.0.join(name));
    }

    fn names(&self) -> Vec<String> {
        let found = fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<String> = found.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

/// A folder in memory, for tests and for simulated kiosks.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Nothing more can be written.
    pub full: bool,
}

impl Memory {
    fn check(&self) -> io::Result<()> {
        if self.full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl Disk for Memory {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.files.get(name).cloned()
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.check()?;
        self.files.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.check()?;
        self.files.entry(name.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn remove(&mut self, name: &str) {
        self.files.remove(name);
    }

    fn names(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }
}
