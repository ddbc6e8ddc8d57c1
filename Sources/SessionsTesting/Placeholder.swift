enum PlaceholderSessionsTesting {}
