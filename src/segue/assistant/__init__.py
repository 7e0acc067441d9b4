"""What an assistant can ask of Segue, as tools of the Model Context Protocol.

`tools` knows music and files, `mcp_server` the protocol; the protocol's package comes with the
extra "mcp".
"""
