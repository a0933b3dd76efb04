"""The local cloud: runs the synthesized templates in this process, with moto for AWS, on one port."""
