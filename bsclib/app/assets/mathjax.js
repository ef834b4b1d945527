// Voilà asks for MathJax on every page. There are no formulas here, so this takes its place, and nothing is fetched.
window.MathJax = { Hub: { Config() {}, Configured() {}, Queue() {}, Register: { StartupHook() {} } } };
