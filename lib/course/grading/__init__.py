"""Grade problem sets: students' code in a sandbox, the tests outside of it, nbgrader's gradebook underneath."""
