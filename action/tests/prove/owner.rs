//! Who runs a server. PostgreSQL refuses to run as root, so root hands it to `nobody`. Only Unix has such troubles;
//! elsewhere there are no servers here, but this still compiles.

/// A user and a group by number.
pub(crate) type Owner = Option<(u32, u32)>;

#[cfg(unix)]
pub(crate) use unix::{address, give, hand_over, make_readable, unprivileged};

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    use tokio_postgres::Config;

    use super::Owner;

    /// Whom a server must run as whose files are in a new folder; none where we may run it ourselves.
    pub(crate) fn unprivileged(folder: &Path) -> Owner {
        if fs::metadata(folder).expect("it was just made").uid() != 0 {
            return None;
        }
        let passwd = fs::read_to_string("/etc/passwd").expect("a list of users");
        let mut fields =
            passwd.lines().find(|line| line.starts_with("nobody:")).expect("a user `nobody`").split(':');
        let user = fields.nth(2).and_then(|field| field.parse().ok()).expect("a user has a number");
        let group = fields.next().and_then(|field| field.parse().ok()).expect("a user has a group");
        Some((user, group))
    }

    /// Gives a file or folder away.
    pub(crate) fn give(path: &Path, owner: Owner) {
        if let Some((user, group)) = owner {
            chown(path, Some(user), Some(group)).expect("root can give files away");
        }
    }

    /// Lets another run a program.
    pub(crate) fn hand_over(command: &mut Command, owner: Owner) {
        if let Some((user, group)) = owner {
            command.uid(user).gid(group);
        }
    }

    /// Lets everybody read a file.
    pub(crate) fn make_readable(path: &Path) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("it is ours");
    }

    /// Where a server with its socket in a folder is reached.
    pub(crate) fn address(config: &mut Config, folder: &Path) {
        config.host_path(folder);
    }
}

#[cfg(not(unix))]
pub(crate) use elsewhere::{address, give, hand_over, make_readable, unprivileged};

#[cfg(not(unix))]
mod elsewhere {
    use std::path::Path;
    use std::process::Command;

    use tokio_postgres::Config;

    use super::Owner;

    pub(crate) fn unprivileged(_: &Path) -> Owner {
        None
    }

    pub(crate) fn give(_: &Path, _: Owner) {}

    pub(crate) fn hand_over(_: &mut Command, _: Owner) {}

    pub(crate) fn make_readable(_: &Path) {}

    pub(crate) fn address(config: &mut Config, _: &Path) {
        config.host("localhost");
    }
}
