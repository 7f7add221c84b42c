//! How ORMs make names of the database from names in code, each as the ORM itself does it.

/// TypeORM's `snakeCase`, also of typeorm-naming-strategies: `UserID` → `user_id`, `HTMLPage` → `html_page`.
pub(super) fn typeorm_snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let after_small = before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
        let last_of_many =
            before.is_some_and(char::is_ascii_uppercase) && after.is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && (after_small || last_of_many) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// TypeORM's `camelCase`: `author_id` → `authorId`.
pub(super) fn typeorm_camel(name: &str) -> String {
    let mut camel = String::new();
    let mut letters = name.chars().peekable();
    let mut first = true;
    while let Some(letter) = letters.next() {
        let separates = letter.is_whitespace() || letter == '-' || letter == '_';
        let next = letters.peek().copied().filter(|next| next.is_ascii_alphanumeric() || *next == '_');
        match next {
            Some(next) if separates => {
                letters.next();
                camel.extend(next.to_uppercase());
            }
            _ if first && letter.is_ascii_uppercase() => camel.extend(letter.to_lowercase()),
            _ => camel.push(letter),
        }
        first = false;
    }
    camel
}

/// A word with a large letter first and small ones after it.
pub(super) fn title(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    first + &letters.as_str().to_lowercase()
}

/// MikroORM's `UnderscoreNamingStrategy`: `userID` → `user_id`, `HTMLPage` → `htmlpage`.
pub(super) fn mikro_underscore(name: &str) -> String {
    let mut snake = String::new();
    let mut before = None::<char>;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_some_and(|before| !before.is_ascii_uppercase()) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
        before = Some(letter);
    }
    snake
}

/// Rails' `underscore`: `HTMLPage` → `html_page`, `Admin::User` → `admin/user`.
pub(super) fn rails_underscore(name: &str) -> String {
    typeorm_snake(&name.replace("::", "/").replace('-', "_"))
}

/// The flask extension of SQLAlchemy: `HTTPRequest` → `http_request`, `User2FA` → `user2_fa`.
pub(super) fn flask_snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit())
            || before.is_some() && after.is_some_and(|after| after.is_lowercase());
        if letter.is_uppercase() && begins && before != Some(&'_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
