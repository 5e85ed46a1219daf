"""Many runs: which to do, doing them, pairing them with their twins, and storing what they say."""
