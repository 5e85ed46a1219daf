"""Tables, charts and sentences made from a result folder, without the simulator."""
