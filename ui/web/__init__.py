"""The page: Gradio Blocks on the loopback. It shows events and calls tools; renders and decides nothing."""
