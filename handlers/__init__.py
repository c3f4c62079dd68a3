"""Built-in service-task handlers, one file per topic. They see engine.domain only."""
