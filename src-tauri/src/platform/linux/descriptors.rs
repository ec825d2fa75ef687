//! What the program has open ends with each of its lives, though the process goes on: the engine and the toolkit do not mark all of
//! it for that, and each life would hold what the ones before had open.

use std::{fs, sync::OnceLock};

/// Numbers that were free when the program began, from and to.
static FREE: OnceLock<Vec<(u32, u32)>> = OnceLock::new();

/// Remembers what whoever started the program left open for it: a lock, for instance. Before anything is opened.
pub(super) fn remember() {
    FREE.get_or_init(|| between(inherited()));
}

/// From now on `execve` closes all that was opened since. Safe in a signal handler.
pub(super) fn end_with_this_life() {
    for (first, last) in FREE.get().into_iter().flatten() {
        // SAFETY: it changes a mark of descriptors alone, and reads no memory.
        let marked = unsafe { libc::syscall(libc::SYS_close_range, *first, *last, libc::CLOSE_RANGE_CLOEXEC) };
        if marked == 0 {
            continue;
        }
        // A kernel before 5.11, or a sandbox that does not know the call. Above are none: it is the usual limit.
        for descriptor in *first..=(*last).min(1 << 16) {
            // SAFETY: as above; a number that is not open is an error and nothing else.
            unsafe {
                libc::fcntl(i32::try_from(descriptor).unwrap_or(-1), libc::F_SETFD, libc::FD_CLOEXEC);
            }
        }
    }
}

/// What is open and would outlive `execve`, but for the three that everybody has.
fn inherited() -> Vec<u32> {
    let open = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let numbers = open.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    // SAFETY: it reads a mark of a descriptor.
    let outlives = |descriptor: &i32| unsafe { libc::fcntl(*descriptor, libc::F_GETFD) } == 0;
    numbers.filter(outlives).filter_map(|descriptor| u32::try_from(descriptor).ok()).filter(|one| *one > 2).collect()
}

fn between(mut taken: Vec<u32>) -> Vec<(u32, u32)> {
    taken.sort_unstable();
    let mut free = Vec::new();
    let mut next = 3;
    for one in taken {
        if one > next {
            free.push((next, one - 1));
        }
        next = one + 1;
    }
    free.push((next, u32::MAX));
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_what_was_given() {
        assert_eq!(between(Vec::new()), [(3, u32::MAX)]);
        assert_eq!(between(vec![9, 3, 5]), [(4, 4), (6, 8), (10, u32::MAX)]);
    }
}
