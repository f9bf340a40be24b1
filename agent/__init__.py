"""The agent: project store, gates, tools, graph, brains and session. It asks for pictures and draws none itself."""
