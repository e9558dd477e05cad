// Stands in the bundle for a package that is not installed and never called: the developer tools
// that Ink would connect to with DEV=true.
module.exports = undefined;
